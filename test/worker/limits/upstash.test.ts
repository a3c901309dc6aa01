import { createServer, type IncomingMessage } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { upstashLimiter } from "../../../worker/limits/upstash.ts";

type Command = string[];

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function commandsIn(request: IncomingMessage): Promise<Command[]> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString());
}

/**
 * Starts a server that speaks Upstash's REST protocol, with an empty script cache. `run` replaces the Lua script; null
 * makes the request hang.
 */
async function startRedis(run: (key: string, limit: number) => number | null) {
  const seen: Command[] = [];
  let isCached = false;
  const server = createServer(async (request, response) => {
    const results = (await commandsIn(request)).map((command) => {
      seen.push(command);
      const [name = "", , , key = "", , limit = "0"] = command;
      if (name.toLowerCase() === "evalsha" && !isCached) return { error: "NOSCRIPT No matching script." };
      isCached = true;
      const left = run(key, Number(limit));
      return left === null ? null : { result: [left, Number(limit)] };
    });
    if (results.every((result) => result !== null)) response.end(JSON.stringify(results));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return { config: { url: `http://127.0.0.1:${address.port}`, token: "a-token" }, seen };
}

const policy = { name: "runs", limit: 3, windowSeconds: 60 };

describe("the limiter over Upstash", () => {
  it("The Upstash limiter runs the sliding window's script, with a key per policy and caller", async () => {
    let left = 3;
    const { config, seen } = await startRedis(() => {
      left -= 1;
      return Math.max(-1, left);
    });
    const limiter = upstashLimiter(config);
    expect(await limiter.consume(policy, "usr_1")).toMatchObject({ ok: true, remaining: 2, degraded: false });
    expect(await limiter.consume(policy, "usr_1")).toMatchObject({ ok: true, remaining: 1 });
    expect(await limiter.consume(policy, "usr_1")).toMatchObject({ ok: true, remaining: 0 });
    const refused = await limiter.consume(policy, "usr_1");
    expect(refused).toMatchObject({ ok: false, remaining: 0, degraded: false });
    expect(refused.resetSeconds).toBeGreaterThan(0);
    expect(refused.resetSeconds).toBeLessThanOrEqual(60);
    expect(seen[0]?.[3]).toMatch(/^edgesmith:runs:usr_1:\d+$/);
  });

  it("The Upstash limiter does not query Redis for a key that is known to be exhausted", async () => {
    const { config, seen } = await startRedis(() => -1);
    const limiter = upstashLimiter(config);
    await limiter.consume(policy, "usr_1");
    const asked = seen.length;
    expect(await limiter.consume(policy, "usr_1")).toMatchObject({ ok: false, degraded: false });
    expect(seen).toHaveLength(asked);
  });

  it("The Upstash limiter refunds by the same script, and queries Redis again afterwards", async () => {
    let left = 0;
    const { config, seen } = await startRedis(() => left);
    const limiter = upstashLimiter(config);
    left = -1;
    expect(await limiter.consume(policy, "usr_2")).toMatchObject({ ok: false });
    left = 1;
    await limiter.refund(policy, "usr_2");
    expect(seen.at(-1)?.at(-1)).toBe(-1);
    left = 0;
    expect(await limiter.consume(policy, "usr_2")).toMatchObject({ ok: true });
  });

  it("The Upstash limiter is degraded within a second when Redis hangs", async () => {
    const { config } = await startRedis(() => null);
    const from = performance.now();
    const taken = await upstashLimiter(config)
      .consume(policy, "usr_1")
      .catch(() => ({ degraded: true }));
    expect(taken).toMatchObject({ degraded: true });
    expect(performance.now() - from).toBeLessThan(1_500);
  });

  it("The Upstash limiter throws at once when Redis refuses the connection", async () => {
    const from = performance.now();
    const limiter = upstashLimiter({ url: "http://127.0.0.1:1", token: "a-token" });
    await expect(limiter.consume(policy, "usr_1")).rejects.toThrow();
    expect(performance.now() - from).toBeLessThan(500);
  });
});
