import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";

/** A server on loopback: its host with its port. */
export type LoopbackServer = { host: string; close(): Promise<void> };

/** A request whose body has been read. */
export type LoopbackRequest = IncomingMessage & { address: URL; body: string };

/**
 * Starts a server at a free port of 127.0.0.1, which answers each request once its body has arrived.
 * @param upgrade takes over the connections of requests for another protocol; without it there are none
 */
export async function startLoopbackServer(
  answer: (request: LoopbackRequest, response: ServerResponse) => void,
  upgrade?: (request: IncomingMessage, socket: Duplex) => void,
): Promise<LoopbackServer> {
  const upgraded = new Set<Duplex>();
  const server = createServer(async (incoming, response) => {
    const parts: Buffer[] = [];
    for await (const part of incoming) parts.push(part);
    const address = new URL(incoming.url ?? "/", "http://loopback.invalid");
    answer(Object.assign(incoming, { address, body: Buffer.concat(parts).toString() }), response);
  });
  if (upgrade !== undefined) {
    server.on("upgrade", (request: IncomingMessage, socket: Duplex) => {
      upgraded.add(socket);
      socket.once("close", () => upgraded.delete(socket));
      upgrade(request, socket);
    });
  }
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const bound = server.address();
  if (bound === null || typeof bound === "string") throw new Error("the server has no port");
  return {
    host: `127.0.0.1:${bound.port}`,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      for (const socket of upgraded) socket.destroy();
      await closed;
    },
  };
}

/** Answers in JSON, with its length, as most services do. */
export function answerJson(response: ServerResponse, status: number, body: unknown): void {
  response.statusCode = status;
  response.setHeader("Content-Type", "application/json");
  response.end(JSON.stringify(body));
}
