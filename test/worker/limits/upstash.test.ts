import { describe, expect, inject, it } from "vitest";
import { upstashLimiter } from "../../../worker/limits/upstash.ts";

/** A Redis of its own for a test, in one of the moods of redis-server.ts. */
const redisThat = (mood: "counts" | "hangs") => ({
  url: `${inject("redisUrl")}/${mood}/${crypto.randomUUID()}`,
  token: "a-token",
});

/** The keys that Redis was asked to count under. */
const keysAskedOf = async ({ url }: { url: string }): Promise<string[]> => (await fetch(`${url}/asked`)).json();

const policy = { name: "runs", limit: 3, windowSeconds: 60 };

describe("the limiter over Upstash", () => {
  it("takes by the sliding window's script, under a key of its own for each policy and caller", async () => {
    const redis = redisThat("counts");
    const limiter = upstashLimiter(redis);
    expect(await limiter.take(policy, "usr_1")).toMatchObject({ ok: true, remaining: 2, degraded: false });
    expect(await limiter.take(policy, "usr_1")).toMatchObject({ ok: true, remaining: 1 });
    expect(await limiter.take(policy, "usr_1")).toMatchObject({ ok: true, remaining: 0 });
    const refused = await limiter.take(policy, "usr_1");
    expect(refused).toMatchObject({ ok: false, remaining: 0, degraded: false });
    expect(refused.resetSeconds).toBeGreaterThan(0);
    expect(refused.resetSeconds).toBeLessThanOrEqual(60);
    expect((await keysAskedOf(redis))[0]).toMatch(/^edgesmith:runs:usr_1:\d+$/);
  });

  it("asks Redis no more about a key that is known to be used up", async () => {
    const redis = redisThat("counts");
    const limiter = upstashLimiter(redis);
    for (let count = 0; count < 4; count += 1) await limiter.take(policy, "usr_1");
    const asked = (await keysAskedOf(redis)).length;
    expect(await limiter.take(policy, "usr_1")).toMatchObject({ ok: false, degraded: false });
    expect(await keysAskedOf(redis)).toHaveLength(asked);
  });

  it("is degraded when Redis hangs, after no more than a second", async () => {
    const from = Date.now();
    const taken = await upstashLimiter(redisThat("hangs"))
      .take(policy, "usr_1")
      .catch(() => ({ degraded: true }));
    expect(taken).toMatchObject({ degraded: true });
    expect(Date.now() - from).toBeLessThan(1_500);
  });

  it("throws at once when Redis refuses the connection", async () => {
    const from = Date.now();
    const limiter = upstashLimiter({ url: "http://127.0.0.1:1", token: "a-token" });
    await expect(limiter.take(policy, "usr_1")).rejects.toThrow();
    expect(Date.now() - from).toBeLessThan(500);
  });
});
