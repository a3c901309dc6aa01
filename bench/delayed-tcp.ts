import { createServer, connect as dial, type Socket } from "node:net";

export type DelayedTcp = { port: number; delayMs: number; close(): Promise<void> };

/** Forwards TCP to a port with an added round-trip time, half of it in each direction. */
export async function startDelayedTcp(targetPort: number): Promise<DelayedTcp> {
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = dial(targetPort, "127.0.0.1");
    for (const socket of [near, far]) {
      sockets.add(socket.setNoDelay(true));
      socket.on("error", () => socket.destroy());
    }
    pass(near, far, proxy);
    pass(far, near, proxy);
  });
  const proxy: DelayedTcp = {
    port: 0,
    delayMs: 0,
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the delaying proxy has no port");
  proxy.port = address.port;
  return proxy;
}

function pass(from: Socket, to: Socket, proxy: { delayMs: number }): void {
  const later = (work: () => void) => (proxy.delayMs > 0 ? setTimeout(work, proxy.delayMs / 2) : work());
  from.on("data", (chunk) => later(() => to.write(chunk)));
  from.on("close", () => later(() => to.end()));
}
