/// <reference types="@cloudflare/vitest-pool-workers/types" />
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { durableObjectLimiter, type RateLimiter } from "../../../worker/limits/durable-object.ts";

const { RATE_LIMITERS: objects } = env as unknown as { RATE_LIMITERS: DurableObjectNamespace<RateLimiter> };
const limiter = durableObjectLimiter(objects);
const policy = { name: "runs", limit: 3, windowSeconds: 60 };

const newKey = () => crypto.randomUUID();
const objectOf = (key: string) => objects.get(objects.idFromName(`runs:${key}`));

describe("the limiter over Durable Objects", () => {
  it("The Durable Object limiter allows exactly the limit, also for concurrent requests", async () => {
    const key = newKey();
    const takes = await Promise.all(Array.from({ length: 20 }, () => limiter.consume(policy, key)));
    expect(takes.filter(({ ok }) => ok)).toHaveLength(3);
    expect(takes.at(-1)).toMatchObject({ ok: false, remaining: 0, resetSeconds: 60, degraded: false });
  });

  it("The Durable Object limiter allows one more per refund", async () => {
    const key = newKey();
    for (let count = 0; count < 3; count += 1) await limiter.consume(policy, key);
    await limiter.refund(policy, key);
    expect(await limiter.consume(policy, key)).toMatchObject({ ok: true, remaining: 0 });
    expect(await limiter.consume(policy, key)).toMatchObject({ ok: false });
    await limiter.refund(policy, newKey());
  });

  it("The Durable Object limiter counts each key separately", async () => {
    const [one, other] = [newKey(), newKey()];
    for (let count = 0; count < 4; count += 1) await limiter.consume(policy, one);
    expect(await limiter.consume(policy, other)).toMatchObject({ ok: true, remaining: 2 });
  });

  it("The Durable Object limiter keeps its counts when its object is evicted", async () => {
    const key = newKey();
    for (let count = 0; count < 3; count += 1) await limiter.consume(policy, key);
    await evictDurableObject(objectOf(key));
    expect(await limiter.consume(policy, key)).toMatchObject({ ok: false });
  });

  it("The Durable Object limiter deletes its state after its window", async () => {
    const key = newKey();
    await limiter.consume(policy, key);
    const alarmIn = await runInDurableObject(objectOf(key), async (_object, { storage }) => {
      return ((await storage.getAlarm()) ?? 0) - Date.now();
    });
    expect(alarmIn).toBeGreaterThan(119_000);
    expect(alarmIn).toBeLessThan(122_000);
    await runDurableObjectAlarm(objectOf(key));
    const kept = await runInDurableObject(objectOf(key), (_object, { storage }) => [...storage.kv.list()].length);
    expect(kept).toBe(0);
    expect(await limiter.consume(policy, key)).toMatchObject({ ok: true, remaining: 2 });
  });
});
