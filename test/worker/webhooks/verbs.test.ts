import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { delivery, event, project } from "../../../drizzle/schema/index.ts";
import type { Context } from "../../../worker/accounts/index.ts";
import { newId } from "../../../worker/contract/index.ts";
import { decrypt } from "../../../worker/crypto/index.ts";
import { commit } from "../../../worker/database/index.ts";
import { leaseDue } from "../../../worker/webhooks/delivery-leases.ts";
import {
  createWebhook,
  deleteWebhook,
  getWebhook,
  listDeliveries,
  listWebhooks,
  outboxStatement,
  recoverWebhook,
  redeliver,
  rotateSecret,
  testWebhook,
  updateWebhook,
} from "../../../worker/webhooks/index.ts";
import { type Stage, startStage } from "./stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
}, 60_000);
afterAll(() => stage.stop());

const input = { url: "https://example.com/hook", events: ["run.completed" as const] };
const firstPage = { limit: 50, after: null };

describe("a webhook", () => {
  it("A webhook is created with a secret that is returned once and stored encrypted", async () => {
    const caller = await stage.newCaller();
    const made = await createWebhook(caller, input);
    expect(made).toMatchObject({ ...input, projectId: null, description: "", enabled: true, disabledReason: null });
    expect(made.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const { secret, ...shown } = made;
    expect(await getWebhook(caller, made.id)).toEqual(shown);
    await testWebhook(caller, made.id);
    const due = (await leaseDue(stage.database, { count: 100, probes: 100 })).find(
      ({ webhookId }) => webhookId === made.id,
    );
    expect(due?.sealedSecrets).toHaveLength(1);
    expect(due?.sealedSecrets[0]).not.toContain(secret.slice(6, 20));
    expect(await decrypt(caller.config, due?.sealedSecrets[0] ?? "", made.id)).toBe(secret);
  });

  it("A webhook that is created again under the same operation is the same webhook, with the same secret", async () => {
    const caller = await stage.newCaller();
    const opId = newId("operation");
    expect(await createWebhook(caller, input, opId)).toEqual(await createWebhook(caller, input, opId));
    expect((await listWebhooks(caller, firstPage)).data).toHaveLength(1);
  });

  it("A webhook may be limited to one project of its owner", async () => {
    const [caller, stranger] = [await stage.newCaller(), await stage.newCaller()];
    const projectId = newId("project");
    await stage.database
      .insert(project)
      .values({ id: projectId, ownerId: caller.actor.ownerId, name: "Todo", space: projectId });
    expect(await createWebhook(caller, { ...input, projectId })).toMatchObject({ projectId });
    await expect(createWebhook(stranger, { ...input, projectId })).rejects.toMatchObject({ code: "not_found" });
  });

  it("An account has at most twenty webhooks, even with concurrent requests", async () => {
    const caller = await stage.newCaller();
    const made = await Promise.allSettled(Array.from({ length: 24 }, () => createWebhook(caller, input)));
    const refused = made.flatMap((one) => (one.status === "rejected" ? [one.reason] : []));
    expect(refused).toMatchObject(Array(4).fill({ code: "limit_reached" }));
    const { data } = await listWebhooks(caller, firstPage);
    expect(data).toHaveLength(20);
    await deleteWebhook(caller, data[0]?.id ?? "");
    expect(await createWebhook(caller, input)).toMatchObject({ enabled: true });
    expect(await createWebhook(await stage.newCaller(), input)).toMatchObject({ enabled: true });
  });

  it("A webhook cannot be created with or moved to a private address", async () => {
    const caller = await stage.newCaller();
    const url = "https://169.254.169.254/";
    await expect(createWebhook(caller, { ...input, url })).rejects.toMatchObject({ code: "invalid_url" });
    const { id } = await createWebhook(caller, input);
    await expect(updateWebhook(caller, { id, url })).rejects.toMatchObject({ code: "invalid_url" });
  });

  it("PATCH of a webhook changes only the given fields", async () => {
    const caller = await stage.newCaller();
    const { id } = await createWebhook(caller, { ...input, description: "Chat" });
    const changed = await updateWebhook(caller, { id, events: ["run.failed", "run.failed"], enabled: false });
    expect(changed).toMatchObject({ url: input.url, description: "Chat", events: ["run.failed"], enabled: false });
    expect(await updateWebhook(caller, { id, enabled: true })).toMatchObject({ enabled: true, disabledReason: null });
  });

  it("A webhook is visible to its owner alone", async () => {
    const [caller, stranger] = [await stage.newCaller(), await stage.newCaller()];
    const { id } = await createWebhook(caller, input);
    const missing = { code: "not_found" };
    await expect(getWebhook(stranger, id)).rejects.toMatchObject(missing);
    await expect(updateWebhook(stranger, { id, enabled: false })).rejects.toMatchObject(missing);
    await expect(deleteWebhook(stranger, id)).rejects.toMatchObject(missing);
    await expect(testWebhook(stranger, id)).rejects.toMatchObject(missing);
    await expect(rotateSecret(stranger, { id, overlapSeconds: 0 })).rejects.toMatchObject(missing);
    await expect(recoverWebhook(stranger, { id, since: "2026-01-01T00:00:00Z" })).rejects.toMatchObject(missing);
    const { deliveryId } = await testWebhook(caller, id);
    await expect(redeliver(stranger, deliveryId)).rejects.toMatchObject(missing);
    await expect(listDeliveries(stranger, { webhookId: id, page: firstPage })).rejects.toMatchObject(missing);
    expect((await listWebhooks(stranger, firstPage)).data).toEqual([]);
    expect(await getWebhook(caller, id)).toMatchObject({ enabled: true });
  });

  it("A webhook is deleted with its deliveries", async () => {
    const caller = await stage.newCaller();
    const { id } = await createWebhook(caller, input);
    await testWebhook(caller, id);
    await deleteWebhook(caller, id);
    await expect(getWebhook(caller, id)).rejects.toMatchObject({ code: "not_found" });
    await expect(deleteWebhook(caller, id)).rejects.toMatchObject({ code: "not_found" });
  });
});

/**
 * Emits an event.
 * @returns its id
 */
async function tell(caller: Context, type: "run.completed" | "run.failed", projectId: string | null = null) {
  const eventId = newId("event");
  const told = { eventId, ownerId: caller.actor.ownerId, projectId, type, data: {} };
  const statements = [outboxStatement(stage.database, told)];
  await commit(stage.database, { opId: newId("operation"), kind: "test", statements });
  return eventId;
}

const endAll = (webhookId: string, status: "succeeded" | "failed") =>
  stage.database.update(delivery).set({ status, nextAttemptAt: null }).where(eq(delivery.webhookId, webhookId));

const deliveriesOf = async (caller: Context, webhookId: string) =>
  (await listDeliveries(caller, { webhookId, page: firstPage })).data;

const long = { since: "2020-01-01T00:00:00+02:00" };

describe("a redelivery", () => {
  it("A redelivery is a new delivery of the same event", async () => {
    const caller = await stage.newCaller();
    const { id } = await createWebhook(caller, input);
    const eventId = await tell(caller, "run.completed");
    await endAll(id, "succeeded");
    const [first] = await deliveriesOf(caller, id);
    const opId = newId("operation");
    const { deliveryId } = await redeliver(caller, first?.id ?? "", opId);
    expect(await redeliver(caller, first?.id ?? "", opId)).toEqual({ deliveryId });
    expect(await deliveriesOf(caller, id)).toMatchObject([
      { id: deliveryId, eventId, status: "pending", attempts: 0 },
      { id: first?.id, eventId, status: "succeeded" },
    ]);
  });
});

describe("a recovery", () => {
  it("A recovery sends each failed event, and each emitted while the webhook was disabled, once", async () => {
    const caller = await stage.newCaller();
    const { id } = await createWebhook(caller, input);
    const failed = await tell(caller, "run.completed");
    await endAll(id, "failed");
    await updateWebhook(caller, { id, enabled: false });
    const missed = await tell(caller, "run.completed");
    await tell(caller, "run.failed");
    await updateWebhook(caller, { id, enabled: true });
    const waiting = await tell(caller, "run.completed");
    expect(await recoverWebhook(caller, { id, ...long })).toEqual({ deliveries: 2 });
    const pending = (await deliveriesOf(caller, id)).filter(({ status }) => status === "pending");
    expect(pending.map(({ eventId }) => eventId).toSorted()).toEqual([failed, missed, waiting].toSorted());
    expect(await recoverWebhook(caller, { id, ...long })).toEqual({ deliveries: 0 });
    await endAll(id, "succeeded");
    expect(await recoverWebhook(caller, { id, ...long })).toEqual({ deliveries: 0 });
  });

  it("A recovery is limited to the account, its project and the given time span", async () => {
    const [caller, stranger] = [await stage.newCaller(), await stage.newCaller()];
    const projectId = newId("project");
    const owned = { id: projectId, ownerId: caller.actor.ownerId, name: "Todo", space: projectId };
    await stage.database.insert(project).values(owned);
    await tell(caller, "run.completed", projectId);
    await tell(caller, "run.completed", "prj_other");
    await tell(stranger, "run.completed", projectId);
    const { id } = await createWebhook(caller, { ...input, projectId });
    const late = { id, since: new Date(Date.now() + 60_000).toISOString(), until: "2100-01-01T00:00:00Z" };
    expect(await recoverWebhook(caller, late)).toEqual({ deliveries: 0 });
    expect(await recoverWebhook(caller, { id, ...long, until: "2020-01-02T00:00:00Z" })).toEqual({ deliveries: 0 });
    expect(await recoverWebhook(caller, { id, ...long })).toEqual({ deliveries: 1 });
    await expect(
      recoverWebhook(caller, { id, since: "2026-02-01T00:00:00Z", until: "2026-01-01T00:00:00Z" }),
    ).rejects.toMatchObject({ code: "invalid_request" });
  });

  it("A recovery of more events than one call handles continues with the next call", async () => {
    const caller = await stage.newCaller();
    const rows = Array.from({ length: 1_100 }, () => ({
      id: newId("event"),
      ownerId: caller.actor.ownerId,
      type: "run.completed",
      data: {},
    }));
    await stage.database.insert(event).values(rows);
    const { id } = await createWebhook(caller, input);
    const recovered = [await recoverWebhook(caller, { id, ...long }), await recoverWebhook(caller, { id, ...long })];
    expect(recovered).toEqual([{ deliveries: 1_000 }, { deliveries: 100 }]);
  });
});

describe("lists of webhooks and deliveries", () => {
  it("The list of webhooks is newest first, page by page", async () => {
    const caller = await stage.newCaller();
    const made: string[] = [];
    for (let count = 0; count < 5; count += 1) made.push((await createWebhook(caller, input)).id);
    const first = await listWebhooks(caller, { limit: 3, after: null });
    const last = await listWebhooks(caller, { limit: 3, after: first.data.at(-1)?.id ?? null });
    expect([...first.data, ...last.data].map(({ id }) => id)).toEqual(made.sort().reverse());
    expect([first.pagination.hasMore, last.pagination.hasMore]).toEqual([true, false]);
  });

  it("The list of deliveries is newest first, page by page, with the types of their events", async () => {
    const caller = await stage.newCaller();
    const { id } = await createWebhook(caller, input);
    const sent: string[] = [];
    for (let count = 0; count < 3; count += 1) sent.push((await testWebhook(caller, id)).deliveryId);
    const first = await listDeliveries(caller, { webhookId: id, page: { limit: 2, after: null } });
    expect(first.data.map((delivery) => delivery.id)).toEqual([...sent].reverse().slice(0, 2));
    expect(first.data[0]).toMatchObject({ webhookId: id, type: "webhook.test", status: "pending", attempts: 0 });
    const page = { limit: 2, after: first.data[1]?.id ?? null };
    expect((await listDeliveries(caller, { webhookId: id, page })).data.map((delivery) => delivery.id)).toEqual([
      sent[0],
    ]);
  });
});
