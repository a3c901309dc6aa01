import { createServer, type IncomingMessage } from "node:http";
import type { TestProject } from "vitest/node";

/** A received request; header names are in lower case. */
export type Received = { headers: Record<string, string>; body: string };

declare module "vitest" {
  interface ProvidedContext {
    receiverUrl: string;
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

const headersOf = (request: IncomingMessage): Record<string, string> =>
  Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));

/** Global set-up: starts a receiver of webhooks for tests that run in workerd. */
export async function setup({ provide }: TestProject) {
  const server = await startReceiver();
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  provide("receiverUrl", `http://127.0.0.1:${address.port}`);
  return () => {
    server.closeAllConnections();
    server.close();
  };
}

/**
 * Starts the receiver. `POST /<statuses>/<name>` stores the request and responds with the next status (`500,200`), and
 * the last one from then on; `GET` of the same path returns the stored requests. A redirect leads to
 * `/200/<name>-elsewhere`.
 */
async function startReceiver() {
  const received = new Map<string, Received[]>();
  const server = createServer(async (request, response) => {
    const url = request.url ?? "";
    const [, statuses = "", name = ""] = url.split("/");
    const here = received.get(url) ?? [];
    if (request.method === "GET") return void response.end(JSON.stringify(here));
    received.set(url, [...here, { headers: headersOf(request), body: await bodyOf(request) }]);
    const answers = statuses.split(",").map(Number);
    response.statusCode = answers[here.length] ?? answers.at(-1) ?? 200;
    if (response.statusCode === 302) response.setHeader("location", `/200/${name}-elsewhere`);
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}
