import { createServer, type IncomingMessage } from "node:http";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    redisUrl: string;
  }
}

async function commandsIn(request: IncomingMessage): Promise<string[][]> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString());
}

/** One Redis: a count for each key, the keys it was asked for, and a script cache that is empty at first. */
class Counting {
  readonly counts = new Map<string, number>();
  readonly asked: string[] = [];
  #isCached = false;

  /** EVALSHA or EVAL of the sliding window's script: `[name, script, 2, key, previous key, limit, …]`. */
  run([name = "", , , key = "", , limit = "0"]: string[]) {
    this.asked.push(key);
    if (name.toLowerCase() === "evalsha" && !this.#isCached) return { error: "NOSCRIPT No matching script." };
    this.#isCached = true;
    const count = (this.counts.get(key) ?? 0) + 1;
    if (count > Number(limit)) return { result: [-1, Number(limit)] };
    this.counts.set(key, count);
    return { result: [Number(limit) - count, Number(limit)] };
  }
}

/**
 * A global set-up: what speaks Upstash's REST at `/<mood>/<name>`, for tests that run in workerd. It counts in place of
 * the Lua script, so what is shown is the adapter; `hangs` takes a request and never answers.
 */
export async function setup({ provide }: TestProject) {
  const stores = new Map<string, Counting>();
  const server = createServer(async (request, response) => {
    const [, mood = "", name = "", action] = (request.url ?? "").split("/");
    const store = stores.get(name) ?? new Counting();
    stores.set(name, store);
    if (action === "asked") return void response.end(JSON.stringify(store.asked));
    const commands = await commandsIn(request);
    if (mood !== "hangs") response.end(JSON.stringify(commands.map((command) => store.run(command))));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  provide("redisUrl", `http://127.0.0.1:${address.port}`);
  return () => {
    server.closeAllConnections();
    server.close();
  };
}
