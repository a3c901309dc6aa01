import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import type { TokenUsage } from "../../worker/billing/index.ts";

/** A request to the model's server, and the part of its response that was forwarded. */
export type ProxiedCall = {
  headers: Record<string, string>;
  body: string;
  status: number;
  forwarded: string;
  wasCut: boolean;
};

export type ModelProxy = {
  url: string;
  passed: ProxiedCall[];
  /** Returns the byte at which to cut a streamed response of this length; null forwards all of it. */
  cutAt: (bytes: number, body: string) => number | null;
  /** Rewrites the response of the model's server. */
  rewrite: (answer: string) => string;
  close(): Promise<void>;
};

/**
 * Starts a proxy between Edgesmith and the model's server that cuts responses at any byte and records the forwarded
 * part.
 */
export async function startModelProxy(upstream: string): Promise<ModelProxy> {
  const passed: ProxiedCall[] = [];
  const proxy: ModelProxy = {
    url: "",
    passed,
    cutAt: () => null,
    rewrite: (answer) => answer,
    close: async () => undefined,
  };
  const server = createServer((request, response) => {
    pass(request, response, upstream, proxy).catch((error) => {
      console.log(`the proxy before the model: ${String(error)}`);
      response.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the proxy has no port");
  proxy.url = `http://127.0.0.1:${address.port}`;
  proxy.close = () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return proxy;
}

async function pass(
  request: IncomingMessage,
  response: ServerResponse,
  upstream: string,
  proxy: ModelProxy,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks).toString("utf8");
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
  const { host: _, connection: __, "content-length": ___, ...sent } = headers;
  const answer = await fetch(upstream + request.url, { method: request.method ?? "POST", headers: sent, body });
  const bytes = Buffer.from(proxy.rewrite((await readWhole(answer)).toString("utf8")));
  const isStream = answer.headers.get("content-type")?.startsWith("text/event-stream") ?? false;
  const limit = isStream ? proxy.cutAt(bytes.length, body) : null;
  const through = limit === null ? bytes : bytes.subarray(0, limit);
  const wasCut = limit !== null;
  proxy.passed.push({ headers, body, status: answer.status, forwarded: through.toString("utf8"), wasCut });
  const kept = ["content-type", "retry-after", "request-id"].flatMap((name) => {
    const value = answer.headers.get(name);
    return value === null ? [] : [[name, value] as const];
  });
  response.writeHead(answer.status, Object.fromEntries(kept));
  response.write(through);
  if (!wasCut) return void response.end();
  await pause(5); // Let the bytes arrive before the connection breaks.
  response.destroy();
}

/** Reads a response, or the part before the stand-in itself broke it off. */
async function readWhole(answer: Response): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of answer.body ?? []) chunks.push(chunk);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
  return Buffer.concat(chunks);
}

const counted = z.object({
  input_tokens: z.int().optional(),
  output_tokens: z.int().optional(),
  cache_read_input_tokens: z.int().optional(),
  cache_creation_input_tokens: z.int().optional(),
});
const frame = z.union([
  z.object({ type: z.literal("message_start"), message: z.object({ usage: counted }) }),
  z.object({ type: z.literal("message_delta"), usage: counted }),
]);

/** Returns the usage that the server had reported in the forwarded part. Only complete frames count. */
export function observedUsage({ forwarded }: ProxiedCall): TokenUsage {
  const usage = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };
  for (const part of forwarded.split("\n\n").slice(0, -1)) {
    const data = part.split("\n").find((line) => line.startsWith("data: "));
    const parsed = data === undefined ? null : frame.safeParse(JSON.parse(data.slice(6)));
    if (!parsed?.success) continue;
    const reported = parsed.data.type === "message_start" ? parsed.data.message.usage : parsed.data.usage;
    usage.inputTokens = reported.input_tokens ?? usage.inputTokens;
    usage.outputTokens = reported.output_tokens ?? usage.outputTokens;
    usage.cacheReadTokens = reported.cache_read_input_tokens ?? usage.cacheReadTokens;
    usage.cacheWriteTokens = reported.cache_creation_input_tokens ?? usage.cacheWriteTokens;
  }
  return usage;
}
