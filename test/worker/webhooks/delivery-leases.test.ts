import { eq, sql } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { delivery, event, webhook, webhookCircuit } from "../../../drizzle/schema/index.ts";
import { newId } from "../../../worker/contract/index.ts";
import { leaseDue, settle } from "../../../worker/webhooks/delivery-leases.ts";
import type { DueDelivery } from "../../../worker/webhooks/drain.ts";
import { type Stage, startStage } from "./stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
}, 60_000);
// Otherwise the next test would lease this test's due deliveries.
afterEach(() => stage.database.delete(delivery));
afterAll(() => stage.stop());

/** Creates a webhook with `count` due deliveries, each of its own event. */
async function prepare(count: number, about: Partial<typeof webhook.$inferInsert> = {}, type = "project.created") {
  const { database } = stage;
  const ownerId = about.ownerId ?? (await stage.newOwner());
  const webhookId = newId("webhook");
  const url = `https://example.com/${webhookId}`;
  const settings = { events: ["project.created"], sealedSecret: "-", ...about };
  await database.insert(webhook).values({ id: webhookId, ownerId, url, ...settings });
  const deliveryIds: string[] = [];
  for (let number = 1; number <= count; number += 1) {
    const [eventId, id] = [newId("event"), newId("delivery")];
    await database.insert(event).values({ id: eventId, ownerId, type, data: { number } });
    const aMinuteAgo = new Date(Date.now() - 60_000);
    const isTest = type === "webhook.test";
    await database.insert(delivery).values({ id, eventId, webhookId, nextAttemptAt: aMinuteAgo, isTest });
    deliveryIds.push(id);
  }
  const [first = ""] = deliveryIds;
  return {
    webhookId,
    deliveryIds,
    ownerId,
    claimMine: async (most = 100) =>
      (await leaseDue(database, { count: most, probes: most })).filter((due) => due.webhookId === webhookId),
    delivery: async (id = first) => (await database.select().from(delivery).where(eq(delivery.id, id)))[0],
    webhook: async () => (await database.select().from(webhook).where(eq(webhook.id, webhookId)))[0],
    makeDue: async () =>
      database
        .update(delivery)
        .set({ nextAttemptAt: sql`now()`, leasedUntil: null })
        .where(eq(delivery.webhookId, webhookId)),
    failingFor: async (interval: string) =>
      database
        .update(webhook)
        .set({ failingSince: sql`now() - ${interval}::interval` })
        .where(eq(webhook.id, webhookId)),
  };
}

const only = (due: DueDelivery[]): DueDelivery => due[0] ?? expect.fail("nothing was due");
const retry = {
  kind: "retry",
  responseStatus: 500,
  error: "The URL responded with 500.",
  timedOut: false,
  delaySeconds: 300,
} as const;

describe("leasing deliveries", () => {
  it("A lease returns all that the request needs, and counts the attempt", async () => {
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

  it("A due delivery is leased by one of several concurrent drains", async () => {
    const prepared = await Promise.all(Array.from({ length: 12 }, () => prepare(1)));
    const mine = new Set(prepared.flatMap(({ deliveryIds }) => deliveryIds));
    const claims = await Promise.all(
      Array.from({ length: 8 }, () => leaseDue(stage.database, { count: 10, probes: 10 })),
    );
    const ids = claims.flatMap((due) => due.map(({ id }) => id)).filter((id) => mine.has(id));
    expect(new Set(ids).size).toBe(ids.length);
    expect(new Set(ids)).toEqual(mine);
  });

  it("An expired lease makes its delivery due again, as after a crash", async () => {
    const prepared = await prepare(1);
    await prepared.claimMine();
    expect(await prepared.claimMine()).toEqual([]);
    await prepared.makeDue();
    expect(only(await prepared.claimMine()).attempts).toBe(2);
  });

  it("A disabled webhook's deliveries stay pending until it is enabled", async () => {
    const prepared = await prepare(1, { enabled: false });
    expect(await prepared.claimMine()).toEqual([]);
    await stage.database.update(webhook).set({ enabled: true }).where(eq(webhook.id, prepared.webhookId));
    expect(await prepared.claimMine()).toHaveLength(1);
  });

  it("A test of a disabled webhook is leased", async () => {
    const prepared = await prepare(1, { enabled: false }, "webhook.test");
    expect(await prepared.claimMine()).toHaveLength(1);
  });
});

describe("fairness between accounts", () => {
  const all = { count: 100, probes: 100 };
  /** @returns the host names of the leased deliveries whose host begins with a prefix */
  const hostsOf = (due: DueDelivery[], prefix: string) =>
    due.map(({ url }) => new URL(url).hostname).filter((host) => host.startsWith(prefix));

  it("An account gets at most two concurrent attempts, and each of its hosts one", async () => {
    const ownerId = await stage.newOwner();
    const prefix = `fair-${ownerId.slice(-8)}`;
    for (const host of ["a", "a", "b", "c"]) await prepare(5, { ownerId, url: `https://${prefix}-${host}.example/x` });
    const first = await leaseDue(stage.database, all);
    expect(hostsOf(first, prefix)).toHaveLength(2);
    expect(new Set(hostsOf(first, prefix)).size).toBe(2);
    expect(hostsOf(await leaseDue(stage.database, all), prefix)).toEqual([]);
    const [one] = first.filter(({ url }) => url.includes(prefix));
    await settle(stage.database, one ?? expect.fail(), { kind: "succeeded", responseStatus: 200 });
    expect(hostsOf(await leaseDue(stage.database, all), prefix)).toHaveLength(1);
  });

  it("Concurrent drains together keep to an account's two attempts", async () => {
    const ownerId = await stage.newOwner();
    const prefix = `once-${ownerId.slice(-8)}`;
    for (let host = 0; host < 10; host += 1) await prepare(2, { ownerId, url: `https://${prefix}-${host}.example/x` });
    const claims = await Promise.all(Array.from({ length: 10 }, () => leaseDue(stage.database, all)));
    expect(hostsOf(claims.flat(), prefix)).toHaveLength(2);
  });

  it("An account's only delivery is leased before the third of an account with many older ones", async () => {
    const [busy, quiet] = [await stage.newOwner(), await stage.newOwner()];
    const { webhookId } = await prepare(1, { ownerId: quiet, url: "https://quiet.example/x" });
    for (let host = 0; host < 20; host += 1) await prepare(3, { ownerId: busy, url: `https://busy-${host}.example/x` });
    const isOld = sql`webhook_id <> ${webhookId}`;
    await stage.database.update(delivery).set({ nextAttemptAt: sql`now() - interval '1 hour'` }).where(isOld);
    const claimed = await leaseDue(stage.database, all);
    expect(claimed.map((due) => due.webhookId)).toContain(webhookId);
  });
});

describe("a host that times out", () => {
  const error = "No response within 15 s.";
  const noAnswer = { kind: "retry", responseStatus: null, error, timedOut: true, delaySeconds: 5 } as const;

  const circuitOf = async (ownerId: string) =>
    (await stage.database.select().from(webhookCircuit).where(eq(webhookCircuit.ownerId, ownerId)))[0];

  const endOpenTime = (ownerId: string) =>
    stage.database.update(webhookCircuit).set({ openUntil: sql`now()` }).where(eq(webhookCircuit.ownerId, ownerId));

  const secondsOpen = async (ownerId: string) =>
    Math.round(((await circuitOf(ownerId))?.openUntil.getTime() ?? 0) / 1_000 - Date.now() / 1_000);

  it("A host that times out opens its circuit, for twice as long each time, and is then probed by single attempts", async () => {
    const prepared = await prepare(5);
    await settle(stage.database, only(await prepared.claimMine()), noAnswer);
    expect(await secondsOpen(prepared.ownerId)).toBeCloseTo(5, -0.5);
    expect(await prepared.claimMine()).toEqual([]);
    await endOpenTime(prepared.ownerId);
    const probe = only(await prepared.claimMine());
    expect(probe.isProbe).toBe(true);
    expect(await prepared.claimMine()).toEqual([]);
    await settle(stage.database, probe, noAnswer);
    expect(await secondsOpen(prepared.ownerId)).toBeCloseTo(10, -0.5);
  });

  it("A circuit stays open for at most five minutes", async () => {
    const prepared = await prepare(1);
    const host = (await prepared.webhook())?.host ?? "";
    const longAgo = { ownerId: prepared.ownerId, host, failures: 1_000, openUntil: new Date(0) };
    await stage.database.insert(webhookCircuit).values(longAgo);
    await settle(stage.database, only(await prepared.claimMine()), noAnswer);
    expect(await secondsOpen(prepared.ownerId)).toBeCloseTo(300, -1);
  });

  it("A host's circuit closes after any response, even an error", async () => {
    const prepared = await prepare(3);
    await settle(stage.database, only(await prepared.claimMine()), noAnswer);
    await endOpenTime(prepared.ownerId);
    await settle(stage.database, only(await prepared.claimMine()), retry);
    expect(await circuitOf(prepared.ownerId)).toBeUndefined();
    expect(only(await prepared.claimMine()).isProbe).toBe(false);
  });

  it("A host that refuses the connection opens no circuit, and its deliveries keep to their schedule", async () => {
    const prepared = await prepare(2);
    const refused = { ...noAnswer, error: "Couldn't reach the URL.", timedOut: false };
    await settle(stage.database, only(await prepared.claimMine()), refused);
    expect(await circuitOf(prepared.ownerId)).toBeUndefined();
    expect(only(await prepared.claimMine()).isProbe).toBe(false);
  });

  it("A host's circuit for one account does not affect another account's deliveries to it", async () => {
    const url = "https://shared.example/hook";
    const [one, other] = [await prepare(2, { url }), await prepare(2, { url })];
    await settle(stage.database, only(await one.claimMine()), noAnswer);
    expect(await one.claimMine()).toEqual([]);
    await other.makeDue();
    expect(only(await other.claimMine()).isProbe).toBe(false);
  });

  it("A circuit belongs to a host and port, whatever the case and path of the URL", async () => {
    const { ownerId, ...first } = await prepare(1, { url: "https://Hangs.example:8443/a" });
    const second = await prepare(1, { ownerId, url: "https://hangs.example:8443/b" });
    const third = await prepare(1, { ownerId, url: "https://hangs.example/c" });
    const claimed = await leaseDue(stage.database, { count: 100, probes: 100 });
    for (const due of claimed.filter((one) => [first.webhookId, second.webhookId].includes(one.webhookId))) {
      await settle(stage.database, due, noAnswer);
    }
    await Promise.all([first.makeDue(), second.makeDue(), third.makeDue()]);
    expect(only(await leaseDue(stage.database, { count: 100, probes: 100 })).webhookId).toBe(third.webhookId);
  });

  it("A drain leases at most as many probes as it has slots for", async () => {
    const prepared = await Promise.all(Array.from({ length: 3 }, () => prepare(1)));
    for (const { ownerId, webhook: find } of prepared) {
      const host = (await find())?.host ?? "";
      await stage.database.insert(webhookCircuit).values({ ownerId, host, failures: 1, openUntil: new Date(0) });
    }
    const claimed = await leaseDue(stage.database, { count: 100, probes: 1 });
    expect(claimed.filter(({ isProbe }) => isProbe)).toHaveLength(1);
    expect(await leaseDue(stage.database, { count: 100, probes: 0 })).toEqual([]);
  });
});

describe("settling an attempt", () => {
  it("A success is stored and resets the series of failures", async () => {
    const prepared = await prepare(1);
    await prepared.failingFor("4 days");
    await settle(stage.database, only(await prepared.claimMine()), { kind: "succeeded", responseStatus: 204 });
    expect(await prepared.delivery()).toMatchObject({ status: "succeeded", responseStatus: 204, nextAttemptAt: null });
    expect(await prepared.webhook()).toMatchObject({ enabled: true, failingSince: null });
  });

  it("A failure sets the next attempt, and the start of the series of failures", async () => {
    const prepared = await prepare(1);
    await settle(stage.database, only(await prepared.claimMine()), retry);
    const stored = await prepared.delivery();
    expect(stored).toMatchObject({ status: "pending", responseStatus: 500, error: "The URL responded with 500." });
    const seconds = ((stored?.nextAttemptAt?.getTime() ?? 0) - Date.now()) / 1_000;
    expect(Math.abs(seconds - 300)).toBeLessThan(30);
    expect(await prepared.webhook()).toMatchObject({ enabled: true, failingSince: expect.any(Date) });
  });

  it("A delivery fails after its last attempt, and its webhook stays enabled", async () => {
    const prepared = await prepare(1);
    const verdict = {
      kind: "failed",
      responseStatus: 500,
      error: "The URL responded with 500.",
      timedOut: false,
      gone: false,
    } as const;
    await settle(stage.database, only(await prepared.claimMine()), verdict);
    expect(await prepared.delivery()).toMatchObject({ status: "failed", nextAttemptAt: null });
    expect(await prepared.webhook()).toMatchObject({ enabled: true });
  });

  it("A 410 disables the webhook with the reason", async () => {
    const prepared = await prepare(1);
    const verdict = {
      kind: "failed",
      responseStatus: 410,
      error: "The URL responded with 410 Gone.",
      timedOut: false,
      gone: true,
    } as const;
    await settle(stage.database, only(await prepared.claimMine()), verdict);
    expect(await prepared.webhook()).toMatchObject({
      enabled: false,
      disabledReason: "The URL responded with 410 Gone.",
    });
  });

  it("Five days of failures only disable the webhook with the reason", async () => {
    const prepared = await prepare(2);
    const first = only(await prepared.claimMine());
    await prepared.failingFor("4 days 23 hours");
    await settle(stage.database, first, retry);
    expect(await prepared.webhook()).toMatchObject({ enabled: true });
    await prepared.failingFor("5 days 1 minute");
    await settle(stage.database, only(await prepared.claimMine()), retry);
    const disabledReason = "Every delivery failed for five days.";
    expect(await prepared.webhook()).toMatchObject({ enabled: false, disabledReason });
  });

  it("A late failure does not undo the outcome of a later attempt", async () => {
    const prepared = await prepare(1);
    const early = only(await prepared.claimMine());
    await prepared.makeDue();
    await settle(stage.database, only(await prepared.claimMine()), { kind: "succeeded", responseStatus: 200 });
    await settle(stage.database, early, retry);
    expect(await prepared.delivery()).toMatchObject({ status: "succeeded", attempts: 2 });
  });
});
