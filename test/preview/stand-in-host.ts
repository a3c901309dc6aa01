// A server on loopback that generated apps call: it echoes what it gets, redirects, sends much, or sends nothing.
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

const echo = ({ method, url, headers }: IncomingMessage, response: ServerResponse, body: string) =>
  response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify({ method, url, headers, body }));

/** @returns the server's host with its port, and a function that stops it */
export async function startStandInHost(): Promise<{ host: string; close(): Promise<void> }> {
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    const body = Buffer.concat(parts).toString();
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
  return { host: `127.0.0.1:${address.port}`, close };
}
