import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { z } from "zod";

/** One response as sent over the wire; `after` is what happens to the connection once the body has been sent. */
const oddAnswer = z.object({
  status: z.int().default(200),
  headers: z.record(z.string(), z.string()).default({ "content-type": "text/event-stream" }),
  body: z.string().default(""),
  after: z.enum(["end", "hold", "pings", "break"]).default("end"),
});
export type OddAnswer = z.input<typeof oddAnswer>;
export type OddRequest = { url: string; headers: Record<string, string>; body: unknown };

type Script = { answers: z.infer<typeof oddAnswer>[]; requests: OddRequest[] };

const ping = 'event: ping\ndata: {"type":"ping"}\n\n';
const pingMs = 20;

/**
 * A server with predefined responses, byte for byte: `PUT /scripts/NAME` sets them (the last one repeats), requests
 * below `/NAME` get them, `GET /scripts/NAME` returns the requests.
 */
export async function startOddServer(): Promise<{ url: string; close(): Promise<void> }> {
  const scripts = new Map<string, Script>();
  const server = createServer((request, response) => {
    void handle(scripts, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function handle(scripts: Map<string, Script>, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [, first = "", second = ""] = (request.url ?? "").split("/");
  const body = await textOf(request);
  if (first === "scripts" && request.method === "PUT") {
    scripts.set(second, { answers: oddAnswer.array().parse(JSON.parse(body)), requests: [] });
    response.end();
    return;
  }
  if (first === "scripts") {
    response.end(JSON.stringify(scripts.get(second)?.requests ?? []));
    return;
  }
  const script = scripts.get(first);
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
  script?.requests.push({ url: request.url ?? "", headers, body: body === "" ? null : JSON.parse(body) });
  const answer = script?.answers.length === 1 ? script.answers[0] : script?.answers.shift();
  if (answer === undefined) {
    response.writeHead(404).end("{}");
    return;
  }
  send(response, answer);
}

function send(response: ServerResponse, { status, headers, body, after }: z.infer<typeof oddAnswer>): void {
  response.writeHead(status, headers);
  if (after === "end") {
    response.end(body);
    return;
  }
  response.write(body);
  if (after === "break") setTimeout(() => response.destroy(), 5);
  if (after !== "pings") return;
  const timer = setInterval(() => response.write(ping), pingMs);
  response.on("close", () => clearInterval(timer));
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}
