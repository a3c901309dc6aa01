import { DurableObject } from "cloudflare:workers";
import type { Limiter } from "./limiter.ts";
import { consumeFrom, endOf, refundTo, type Window } from "./window.ts";

/** How long an object keeps its state after the end of its window. */
const graceMs = 1_000;

type Counted = { ok: boolean; remaining: number; resetMs: number };

/** The counter of one key under one policy. It stores its window, so that hibernation and deployments reset nothing. */
export class RateLimiter extends DurableObject {
  async consume(limit: number, windowMs: number): Promise<Counted> {
    const { storage } = this.ctx;
    const known = storage.kv.get<Window>("window");
    const { window, ...counted } = consumeFrom(known, { limit, windowMs }, Date.now());
    const isNew = window.start !== known?.start;
    if (counted.ok || isNew) storage.kv.put("window", window);
    if (isNew) await storage.setAlarm(endOf(window, windowMs) + graceMs);
    return counted;
  }

  async refund(windowMs: number): Promise<void> {
    const { storage } = this.ctx;
    const known = storage.kv.get<Window>("window");
    if (known) storage.kv.put("window", refundTo(known, windowMs, Date.now()));
  }

  override async alarm(): Promise<void> {
    await this.ctx.storage.deleteAll();
  }
}

/** @returns a limiter that needs no external store: one small Durable Object per key */
export const durableObjectLimiter = (objects: DurableObjectNamespace<RateLimiter>): Limiter => ({
  consume: async ({ name, limit, windowSeconds }, key) => {
    const object = objects.get(objects.idFromName(`${name}:${key}`));
    const { ok, remaining, resetMs } = await object.consume(limit, windowSeconds * 1_000);
    return { ok, remaining, resetSeconds: Math.max(1, Math.ceil(resetMs / 1_000)), degraded: false };
  },
  refund: ({ name, windowSeconds }, key) =>
    objects.get(objects.idFromName(`${name}:${key}`)).refund(windowSeconds * 1_000),
});
