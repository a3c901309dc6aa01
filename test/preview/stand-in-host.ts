// A server on loopback that generated apps call: it echoes requests, redirects, sends much, or sends nothing.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";

const paths: Record<string, (url: URL, request: IncomingMessage, response: ServerResponse, body: string) => void> = {
  "/redirect": (url, _, response) =>
    response.writeHead(302, { Location: `${url.searchParams.get("to")}?from=${encodeURIComponent(url.search)}` }).end(),
  "/large": (url, _, response) => {
    response.writeHead(200, { "Content-Type": "application/octet-stream" });
    const chunk = Buffer.alloc(1024 * 1024, "x");
    for (let left = Number(url.searchParams.get("mb")); left > 0; left -= 1) response.write(chunk);
    response.end();
  },
  "/gzip": (_, { headers }, response) =>
    response.writeHead(200, { "Content-Encoding": "gzip" }).end(gzipSync(JSON.stringify(headers))),
  // One byte a chunk, so that a value is never whole in one.
  "/slowly": async (_, { headers }, response) => {
    for (const character of headers.authorization ?? "nothing") {
      response.write(character);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    response.end(" end");
  },
  "/encoded": (_, { headers }, response) => {
    const value = (headers.authorization ?? "").replace(/^Bearer /, "");
    response.setHeader("X-Seen", value);
    response.end(`${encodeURIComponent(value)} ${Buffer.from(value).toString("base64")} ${JSON.stringify({ value })}`);
  },
};

function echo({ method, url, headers }: IncomingMessage, response: ServerResponse, body: string): void {
  response.setHeader("Content-Type", "application/json");
  // Without `writeHead` the response has its length, as those of most services do.
  response.end(JSON.stringify({ method, url, headers, body }));
}

/** A running stand-in: its host with its port, and the `Authorization` of each request so far. */
export type StandInHost = { host: string; authorizations: (string | undefined)[]; close(): Promise<void> };

export async function startStandInHost(): Promise<StandInHost> {
  const authorizations: (string | undefined)[] = [];
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    const body = Buffer.concat(parts).toString();
    authorizations.push(request.headers.authorization);
    const url = new URL(request.url ?? "/", "http://outside.invalid");
    const answer = paths[url.pathname];
    if (answer === undefined) echo(request, response, body);
    else answer(url, request, response, body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the stand-in host has no port");
  const close = async () => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await closed;
  };
  return { host: `127.0.0.1:${address.port}`, authorizations, close };
}
