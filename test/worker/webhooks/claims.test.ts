import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { delivery, event, webhook } from "../../../drizzle/schema/index.ts";
import { newId } from "../../../worker/contract/index.ts";
import { claim, settle } from "../../../worker/webhooks/claims.ts";
import type { Due } from "../../../worker/webhooks/drain.ts";
import { type Stage, startStage } from "./stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
}, 60_000);
afterAll(() => stage.stop());

/** A webhook with `count` due deliveries, each of an event of its own. */
async function prepare(count: number, about: Partial<typeof webhook.$inferInsert> = {}, type = "project.created") {
  const { database } = stage;
  const ownerId = await stage.newOwner();
  const webhookId = newId("webhook");
  const url = `https://example.com/${webhookId}`;
  const settings = { events: ["project.created"], sealedSecret: "-", ...about };
  await database.insert(webhook).values({ id: webhookId, ownerId, url, ...settings });
  const deliveryIds: string[] = [];
  for (let number = 1; number <= count; number += 1) {
    const [eventId, id] = [newId("event"), newId("delivery")];
    await database.insert(event).values({ id: eventId, ownerId, type, data: { number } });
    const aMinuteAgo = new Date(Date.now() - 60_000);
    await database.insert(delivery).values({ id, eventId, webhookId, nextAttemptAt: aMinuteAgo });
    deliveryIds.push(id);
  }
  const [first = ""] = deliveryIds;
  return {
    webhookId,
    deliveryIds,
    claimMine: async (most = 100) => (await claim(database, most)).filter((due) => due.webhookId === webhookId),
    delivery: async (id = first) => (await database.select().from(delivery).where(eq(delivery.id, id)))[0],
    webhook: async () => (await database.select().from(webhook).where(eq(webhook.id, webhookId)))[0],
    makeDue: async () =>
      database.update(delivery).set({ nextAttemptAt: sql`now()` }).where(eq(delivery.webhookId, webhookId)),
    failingFor: async (interval: string) =>
      database
        .update(webhook)
        .set({ failingSince: sql`now() - ${interval}::interval` })
        .where(eq(webhook.id, webhookId)),
  };
}

const only = (due: Due[]): Due => due[0] ?? expect.fail("nothing was due");
const retry = { kind: "retry", responseStatus: 500, error: "The address answered 500.", delaySeconds: 300 } as const;

describe("claiming", () => {
  it("gives what is due with all that a request needs, and counts the attempt", async () => {
    const prepared = await prepare(1);
    const due = only(await prepared.claimMine());
    expect(due).toMatchObject({
      id: prepared.deliveryIds[0],
      attempts: 1,
      url: `https://example.com/${prepared.webhookId}`,
      sealedSecrets: ["-"],
      event: { type: "project.created", data: { number: 1 } },
    });
    expect(Math.abs(due.event.at.getTime() - Date.now())).toBeLessThan(60_000);
    expect(await prepared.delivery()).toMatchObject({
      status: "pending",
      attempts: 1,
      lastAttemptAt: expect.any(Date),
    });
  });

  it("gives each delivery to one of many claimers", async () => {
    const prepared = await prepare(40);
    const claims = await Promise.all(Array.from({ length: 8 }, () => prepared.claimMine(10)));
    const ids = claims.flat().map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.sort()).toEqual(prepared.deliveryIds.sort());
  });

  it("gives it again when the lease has run out, as after a crash", async () => {
    const prepared = await prepare(1);
    await prepared.claimMine();
    expect(await prepared.claimMine()).toEqual([]);
    await prepared.makeDue();
    expect(only(await prepared.claimMine()).attempts).toBe(2);
  });

  it("leaves a disabled webhook's deliveries waiting until it is enabled", async () => {
    const prepared = await prepare(1, { enabled: false });
    expect(await prepared.claimMine()).toEqual([]);
    await stage.database.update(webhook).set({ enabled: true }).where(eq(webhook.id, prepared.webhookId));
    expect(await prepared.claimMine()).toHaveLength(1);
  });

  it("gives a test of a disabled webhook", async () => {
    const prepared = await prepare(1, { enabled: false }, "webhook.test");
    expect(await prepared.claimMine()).toHaveLength(1);
  });
});

describe("settling", () => {
  it("stores a success and ends the run of failures", async () => {
    const prepared = await prepare(1);
    await prepared.failingFor("4 days");
    await settle(stage.database, only(await prepared.claimMine()), { kind: "succeeded", responseStatus: 204 });
    expect(await prepared.delivery()).toMatchObject({ status: "succeeded", responseStatus: 204, nextAttemptAt: null });
    expect(await prepared.webhook()).toMatchObject({ enabled: true, failingSince: null });
  });

  it("sets the next attempt after a failure, and remembers since when it fails", async () => {
    const prepared = await prepare(1);
    await settle(stage.database, only(await prepared.claimMine()), retry);
    const stored = await prepared.delivery();
    expect(stored).toMatchObject({ status: "pending", responseStatus: 500, error: "The address answered 500." });
    const seconds = ((stored?.nextAttemptAt?.getTime() ?? 0) - Date.now()) / 1_000;
    expect(Math.abs(seconds - 300)).toBeLessThan(30);
    expect(await prepared.webhook()).toMatchObject({ enabled: true, failingSince: expect.any(Date) });
  });

  it("ends a delivery after the last attempt and leaves the webhook enabled", async () => {
    const prepared = await prepare(1);
    const verdict = { kind: "failed", responseStatus: 500, error: "The address answered 500.", gone: false } as const;
    await settle(stage.database, only(await prepared.claimMine()), verdict);
    expect(await prepared.delivery()).toMatchObject({ status: "failed", nextAttemptAt: null });
    expect(await prepared.webhook()).toMatchObject({ enabled: true });
  });

  it("disables the webhook at 410 and says why", async () => {
    const prepared = await prepare(1);
    const verdict = {
      kind: "failed",
      responseStatus: 410,
      error: "The address answered 410 Gone.",
      gone: true,
    } as const;
    await settle(stage.database, only(await prepared.claimMine()), verdict);
    expect(await prepared.webhook()).toMatchObject({
      enabled: false,
      disabledReason: "The address answered 410 Gone.",
    });
  });

  it("disables the webhook after five days of nothing but failure and says why", async () => {
    const prepared = await prepare(2);
    const [first, second] = await prepared.claimMine();
    await prepared.failingFor("4 days 23 hours");
    await settle(stage.database, first ?? expect.fail(), retry);
    expect(await prepared.webhook()).toMatchObject({ enabled: true });
    await prepared.failingFor("5 days 1 minute");
    await settle(stage.database, second ?? expect.fail(), retry);
    const disabledReason = "Every delivery failed for five days.";
    expect(await prepared.webhook()).toMatchObject({ enabled: false, disabledReason });
  });

  it("does not let a late failure undo what a later attempt did", async () => {
    const prepared = await prepare(1);
    const early = only(await prepared.claimMine());
    await prepared.makeDue();
    await settle(stage.database, only(await prepared.claimMine()), { kind: "succeeded", responseStatus: 200 });
    await settle(stage.database, early, retry);
    expect(await prepared.delivery()).toMatchObject({ status: "succeeded", attempts: 2 });
  });
});
