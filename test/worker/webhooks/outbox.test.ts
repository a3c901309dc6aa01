import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { delivery, event, operation, webhook } from "../../../drizzle/schema/index.ts";
import { newId } from "../../../worker/contract/index.ts";
import { commit } from "../../../worker/database/index.ts";
import { outboxOfOperation, outboxStatement } from "../../../worker/webhooks/index.ts";
import { type Stage, startStage } from "./stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
}, 60_000);
afterAll(() => stage.stop());

async function newWebhook(ownerId: string, about: Partial<typeof webhook.$inferInsert> = {}): Promise<string> {
  const id = newId("webhook");
  const row = {
    id,
    ownerId,
    url: "https://example.com/hook",
    events: ["project.created"],
    sealedSecret: "-",
    ...about,
  };
  await stage.database.insert(webhook).values(row);
  return id;
}

const eventsOf = (ownerId: string) => stage.database.select().from(event).where(eq(event.ownerId, ownerId));
const deliveriesOf = (webhookId: string) =>
  stage.database.select().from(delivery).where(eq(delivery.webhookId, webhookId));

describe("the outbox", () => {
  it("The outbox writes the event and one delivery per subscribed webhook, and no other", async () => {
    const [ownerId, stranger] = [await stage.newOwner(), await stage.newOwner()];
    const wanted = [await newWebhook(ownerId), await newWebhook(ownerId, { projectId: "prj_1" })];
    const unwanted = [
      await newWebhook(stranger),
      await newWebhook(ownerId, { projectId: "prj_2" }),
      await newWebhook(ownerId, { enabled: false }),
      await newWebhook(ownerId, { events: ["run.completed"] }),
    ];
    const told = { ownerId, projectId: "prj_1", type: "project.created", data: { name: "Todo ' list" } } as const;
    await commit(stage.database, {
      opId: newId("operation"),
      kind: "test",
      statements: [outboxStatement(stage.database, told)],
    });
    const events = await eventsOf(ownerId);
    expect(events).toMatchObject([{ type: "project.created", projectId: "prj_1", data: { name: "Todo ' list" } }]);
    for (const id of wanted) {
      expect(await deliveriesOf(id)).toMatchObject([{ eventId: events[0]?.id, status: "pending", attempts: 0 }]);
    }
    for (const id of unwanted) expect(await deliveriesOf(id)).toEqual([]);
  });

  it("The outbox writes neither event nor delivery when another statement of the batch fails", async () => {
    const ownerId = await stage.newOwner();
    const told = { ownerId, projectId: null, type: "project.created", data: {} } as const;
    const statements = [outboxStatement(stage.database, told), stage.database.execute(sql`SELECT 1 / 0`)];
    await expect(commit(stage.database, { opId: newId("operation"), kind: "test", statements })).rejects.toThrow();
    expect(await eventsOf(ownerId)).toEqual([]);
  });

  it("The outbox takes its data from the operation's result inside the transaction", async () => {
    const ownerId = await stage.newOwner();
    const opId = newId("operation");
    const outbox = { opId, ownerId, projectId: "prj_1", type: "revision.created" } as const;
    const statements = [
      stage.database
        .update(operation)
        .set({ result: { revision: 7 } })
        .where(eq(operation.opId, opId)),
      outboxOfOperation(stage.database, outbox),
    ];
    await commit(stage.database, { opId, kind: "test", statements });
    await commit(stage.database, { opId, kind: "test", statements });
    expect(await eventsOf(ownerId)).toMatchObject([{ type: "revision.created", data: { revision: 7 } }]);
  });

  it("The outbox emits nothing for an operation without a result", async () => {
    const ownerId = await stage.newOwner();
    const opId = newId("operation");
    const statements = [
      outboxOfOperation(stage.database, { opId, ownerId, projectId: "prj_1", type: "project.deleted" }),
    ];
    await commit(stage.database, { opId, kind: "test", statements });
    expect(await eventsOf(ownerId)).toEqual([]);
  });
});
