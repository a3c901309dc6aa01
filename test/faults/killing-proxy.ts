import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";

export type KillingProxy = {
  url: string;
  /** Calls `kill` instead of forwarding the response to the object request with this number, counted from now. */
  killAt(number: number, kill: () => void): void;
  close(): void;
};

/** Forwards requests to a bucket, and kills the requesting process at a chosen request. */
export async function startKillingProxy(target: string, isObject: (path: string) => boolean): Promise<KillingProxy> {
  const { origin } = new URL(target);
  let remaining = Number.POSITIVE_INFINITY;
  let kill: () => void = () => undefined;
  const server = createServer((incoming, outgoing) => {
    if (isObject(incoming.url ?? "")) remaining -= 1;
    if (remaining === 0) {
      remaining = Number.POSITIVE_INFINITY;
      kill();
      incoming.socket.destroy();
      return;
    }
    const forwarded = request(new URL(incoming.url ?? "", origin).href, {
      method: incoming.method ?? "GET",
      headers: incoming.headers,
    });
    forwarded.on("response", (response) => {
      outgoing.writeHead(response.statusCode ?? 502, response.rawHeaders);
      response.pipe(outgoing);
    });
    // The killed process disconnects in the middle of a request or a response.
    forwarded.on("error", () => outgoing.destroy());
    incoming.on("error", () => forwarded.destroy()).pipe(forwarded);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: target.replace(origin, `http://127.0.0.1:${port}`),
    killAt(number, end) {
      [remaining, kill] = [number, end];
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
