import { env } from "cloudflare:test";
import { eq } from "drizzle-orm";
import { describe, expect, it, vi } from "vitest";
import { triggerReceipt } from "../../../drizzle/schema/index.ts";
import { configOf } from "../../../worker/config/index.ts";
import { newId, type Page, type Receipt, type Run } from "../../../worker/contract/index.ts";
import type { Env } from "../../../worker/http/environment.ts";
import { limiterOf } from "../../../worker/limits/index.ts";
import { policyOf } from "../../../worker/limits/policies.ts";
import { database } from "../database/direct.ts";
import { runToEnd } from "../stage/client.ts";
import { aTrigger, fromAnywhere, outcomeOf, runsOf, send, standard, sweepNow, upgrade } from "./sender.ts";

describe("limits of inbound deliveries", () => {
  it("A start by delivery counts against the owner's run limit, together with starts by the API", async () => {
    const { ada, projectId, trigger } = await aTrigger();
    await runToEnd(ada, projectId, { prompt: '```script\n[{"text":"Hello."}]\n```' });
    await send(trigger, standard(trigger.secret));
    const last = await send(trigger, standard(trigger.secret));
    expect(last.headers.get("ratelimit")).toMatch(/^"runs";r=0;/);
  });

  it("A delivery over the owner's run limit is queued, and the sweep starts its run when the limit allows", async () => {
    const { ada, projectId, trigger } = await aTrigger();
    const ids: string[] = [];
    for (let count = 0; count < 5; count += 1) {
      const answer = await send(trigger, standard(trigger.secret, { type: `order.${count}` }));
      expect(answer.status).toBe(202);
      ids.push((await answer.json<{ runId: string }>()).runId);
    }
    const receipts = `/v1/triggers/${trigger.id}/receipts`;
    const statuses = async () =>
      (await ada.expect<Page<Receipt>>(200, receipts)).data.map(({ event, status }) => `${event} ${status}`);
    expect(await statuses()).toEqual([
      "order.4 queued",
      "order.3 queued",
      "order.2 started",
      "order.1 started",
      "order.0 started",
    ]);
    expect(await ada.expect<Run>(200, `/v1/runs/${ids[4]}`)).toMatchObject({ status: "queued" });
    await sweepNow();
    expect((await statuses()).slice(0, 2)).toEqual(["order.4 queued", "order.3 queued"]);
    await upgrade(ada);
    await sweepNow();
    await vi.waitFor(async () => {
      const runs = await runsOf(ada, projectId);
      expect(runs.map(({ id, status }) => `${id} ${status}`).sort()).toEqual(ids.map((id) => `${id} completed`).sort());
    }, 15_000);
    expect((await statuses()).slice(0, 2)).toEqual(["order.4 started", "order.3 started"]);
  });

  it("A queued run does not start while its trigger is disabled", async () => {
    const { ada, projectId, trigger } = await aTrigger();
    let runId = "";
    for (let count = 0; count < 4; count += 1) {
      runId = (await (await send(trigger, standard(trigger.secret))).json<{ runId: string }>()).runId;
    }
    const enable = (enabled: boolean) =>
      ada.expect(200, `/v1/triggers/${trigger.id}`, { method: "PATCH", body: { enabled } });
    const status = async () => (await runsOf(ada, projectId)).find(({ id }) => id === runId)?.status;
    await enable(false);
    await upgrade(ada);
    await sweepNow();
    expect(await ada.expect<Page<Receipt>>(200, `/v1/triggers/${trigger.id}/receipts`)).toMatchObject({
      data: [{ runId, status: "queued" }, {}, {}, {}],
    });
    expect(await status()).toBe("queued");
    await enable(true);
    await sweepNow();
    await vi.waitFor(async () => expect(await status()).toBe("completed"), 15_000);
  });

  it("A queued run is cancelled with its trigger's deletion, and does not block others while the trigger is disabled", async () => {
    const { ada, projectId, trigger } = await aTrigger();
    for (let count = 0; count < 5; count += 1) await send(trigger, standard(trigger.secret));
    await ada.expect(200, `/v1/triggers/${trigger.id}`, { method: "PATCH", body: { enabled: false } });
    const waiting = (await runsOf(ada, projectId)).filter(({ status }) => status === "queued");
    expect(waiting).toHaveLength(2);
    await ada.expect(200, `/v1/runs/${waiting[0]?.id}/cancel`, { method: "POST" });
    const old = new Date(Date.now() - 31 * 86_400_000);
    await database.update(triggerReceipt).set({ createdAt: old }).where(eq(triggerReceipt.triggerId, trigger.id));
    await sweepNow();
    await vi.waitFor(async () => {
      const receipts = await database.select().from(triggerReceipt).where(eq(triggerReceipt.triggerId, trigger.id));
      expect(receipts.map(({ opId, outcome }) => [opId.replace("op_", "run_"), outcome])).toEqual(
        expect.arrayContaining([[waiting[1]?.id, "queued"]]),
      );
      expect(receipts.filter(({ outcome }) => outcome === "queued")).toHaveLength(1);
    });
    await ada.expect(204, `/v1/triggers/${trigger.id}`, { method: "DELETE" });
    expect(await ada.expect<Run>(200, `/v1/runs/${waiting[1]?.id}`)).toMatchObject({ status: "cancelled" });
  });

  it("A queued run can be cancelled", async () => {
    const { ada, trigger } = await aTrigger();
    let runId = "";
    for (let count = 0; count < 4; count += 1) {
      runId = (await (await send(trigger, standard(trigger.secret))).json<{ runId: string }>()).runId;
    }
    const cancelled = await ada.expect<Run>(200, `/v1/runs/${runId}/cancel`, { method: "POST" });
    expect(cancelled).toMatchObject({ status: "cancelled" });
  });

  it("An account has at most a hundred queued runs", async () => {
    const { ada, trigger } = await aTrigger();
    for (let count = 0; count < 3; count += 1) await send(trigger, standard(trigger.secret));
    const waiting = Array.from({ length: 100 }, (_, at) => ({
      triggerId: trigger.id,
      deliveryId: `waiting_${at}`,
      opId: newId("operation"),
      outcome: "queued" as const,
    }));
    await database.insert(triggerReceipt).values(waiting);
    const refused = await send(trigger, standard(trigger.secret));
    expect(await outcomeOf(refused.clone())).toBe("429 rate_limited");
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    await sweepNow();
    expect((await ada.expect<Page<Receipt>>(200, `/v1/triggers/${trigger.id}/receipts`)).data[0]).toMatchObject({
      status: "received",
      runId: null,
    });
  });

  it("A signed delivery counts against its trigger, and never against the sender's address", async () => {
    const [one, other] = [await aTrigger({ events: ["none"] }), await aTrigger({ events: ["none"] })];
    const here = fromAnywhere();
    const outcomes = await Promise.all(
      Array.from({ length: 80 }, async () => outcomeOf(await send(one.trigger, standard(one.trigger.secret), here))),
    );
    expect(new Set(outcomes)).toEqual(new Set(["202 null"]));
    const forged = standard(`whsec_${btoa("another secret")}`);
    await Promise.all(Array.from({ length: 61 }, () => send(one.trigger, forged, here)));
    expect(await outcomeOf(await send(one.trigger, forged, here))).toBe("429 rate_limited");
    expect(await outcomeOf(await send(other.trigger, standard(other.trigger.secret), here))).toBe("202 null");
  });

  it("A trigger refuses the 601st signed delivery of a minute", async () => {
    const [one, other] = [await aTrigger({ events: ["none"] }), await aTrigger({ events: ["none"] })];
    const limiter = limiterOf(env as unknown as Env, configOf(env)) ?? expect.fail("limits are off");
    const take = () => limiter.consume(policyOf("inbound", "free"), one.trigger.id);
    for (let count = 0; count < 599; count += 1) await take();
    const outcome = async ({ trigger }: typeof one) => outcomeOf(await send(trigger, standard(trigger.secret)));
    expect(await outcome(one)).toBe("202 null");
    expect(await outcome(one)).toBe("429 rate_limited");
    expect(await outcome(other)).toBe("202 null");
  });

  it("An unsigned delivery counts against the sender's address", async () => {
    const { trigger } = await aTrigger();
    const here = fromAnywhere();
    const sent = standard(`whsec_${btoa("another secret")}`);
    const outcomes = await Promise.all(
      Array.from({ length: 61 }, async () => outcomeOf(await send(trigger, sent, here))),
    );
    expect(outcomes.filter((one) => one === "401 invalid_signature")).toHaveLength(60);
    expect(outcomes.filter((one) => one === "429 rate_limited")).toHaveLength(1);
    expect((await send(trigger, standard(trigger.secret))).status).toBe(202);
  });
});
