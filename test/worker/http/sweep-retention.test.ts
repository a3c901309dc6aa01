import { eq, sql } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { audit, delivery, event, operation, session, verification, webhook } from "../../../drizzle/schema/index.ts";
import { type Me, newId } from "../../../worker/contract/index.ts";
import { deleteOld, type Retention, retentions, sweepRetention } from "../../../worker/http/cron/sweep-retention.ts";
import { deleteUnowned } from "../../../worker/projects/contents-store.ts";
import { claimDue } from "../../../worker/runs/store.ts";
import { database } from "../database/direct.ts";
import { newAccount } from "../stage/client.ts";

const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000);

type Node = { "Node Type": string; "Relation Name"?: string; Plans?: Node[] };

/** @returns the tables that a statement can only scan sequentially: the planner's settings make that the last resort */
async function scannedBy(statement: { getSQL(): ReturnType<typeof sql> }): Promise<string[]> {
  const [, , answer] = await database.batch([
    database.execute(sql`SET LOCAL enable_seqscan = off`),
    database.execute(sql`SET LOCAL enable_sort = off`),
    database.execute<{ "QUERY PLAN": { Plan: Node }[] }>(sql`EXPLAIN (FORMAT JSON) ${statement.getSQL()}`),
  ]);
  const scanned = (node: Node): string[] => [
    ...(node["Node Type"] === "Seq Scan" ? [node["Relation Name"] ?? "?"] : []),
    // A sort reads every row of the table before it returns the first.
    ...(node["Node Type"] === "Sort" ? ["a sort"] : []),
    ...(node.Plans ?? []).flatMap(scanned),
  ];
  return (answer.rows[0]?.["QUERY PLAN"] ?? []).flatMap(({ Plan }) => scanned(Plan));
}

const named = ({ table, column, where }: Retention) => `${table} by ${column}${where ? ` where ${where}` : ""}`;

describe("the retention sweep", () => {
  for (const retention of retentions) {
    it(`The retention sweep finds old rows in ${named(retention)} by an index`, async () => {
      expect(await scannedBy(deleteOld(database, retention, 1_000))).toEqual([]);
    });
  }

  it("The retention sweep finds unreferenced contents and due reservations by an index", async () => {
    expect(await scannedBy(deleteUnowned(database, 20))).toEqual([]);
    expect(await scannedBy(claimDue(database, 50))).toEqual([]);
  });

  it("The retention sweep deletes all expired rows and no others, in batches", async () => {
    const ada = await newAccount();
    const { id: ownerId } = await ada.expect<Me>(200, "/v1/me");
    const mine = sql`${event.ownerId} = ${ownerId}`;
    await database.execute(sql`
      INSERT INTO event (id, owner_id, type, data, created_at)
      SELECT ${ownerId} || n, ${ownerId}, 'project.created', '{}', now() - make_interval(days => 29 + n % 2 * 2)
      FROM generate_series(1, 5000) n`);
    await sweepRetention(database);
    const rows = await database.select({ at: event.createdAt }).from(event).where(mine);
    expect(rows).toHaveLength(2_500);
    expect(rows.every(({ at }) => at > daysAgo(30))).toBe(true);
  });

  it("The retention sweep keeps the operation of a start for longer, since its delivery may be repeated", async () => {
    const ids = [newId("operation"), newId("operation"), newId("operation")] as const;
    await database.insert(operation).values([
      { opId: ids[0], kind: "run.created", createdAt: daysAgo(35) },
      { opId: ids[1], kind: "batch", createdAt: daysAgo(8) },
      { opId: ids[2], kind: "run.created", createdAt: daysAgo(41) },
    ]);
    await sweepRetention(database);
    const kept = await database
      .select({ opId: operation.opId })
      .from(operation)
      .where(sql`op_id = ANY (${`{${ids.join(",")}}`}::text[])`);
    expect(kept).toEqual([{ opId: ids[0] }]);
  });

  it("The retention sweep deletes ended sessions and verifications, old events with their deliveries, and old audit records", async () => {
    const ada = await newAccount();
    const { id: userId } = await ada.expect<Me>(200, "/v1/me");
    const id = crypto.randomUUID();
    const expiresAt = daysAgo(2);
    await database.insert(session).values({ id, userId, token: id, expiresAt });
    await database.insert(verification).values({ id, identifier: id, value: "v", expiresAt });
    const who = { actorKind: "user" as const, actorId: userId, action: "a", subject: "s" };
    await database.insert(audit).values({ id, userId, ...who, createdAt: daysAgo(401) });
    const about = { ownerId: userId, url: "https://example.com", events: [], sealedSecret: "s" };
    await database.insert(webhook).values({ id, ...about });
    await database.insert(event).values({ id, ownerId: userId, type: "t", data: {}, createdAt: daysAgo(31) });
    await database.insert(delivery).values({ id, eventId: id, webhookId: id, createdAt: daysAgo(1) });
    await sweepRetention(database);
    expect(await database.select().from(session).where(eq(session.id, id))).toEqual([]);
    expect(await database.select().from(verification).where(eq(verification.id, id))).toEqual([]);
    expect(await database.select().from(audit).where(eq(audit.id, id))).toEqual([]);
    expect(await database.select().from(delivery).where(eq(delivery.id, id))).toEqual([]);
    expect(await ada.expect<Me>(200, "/v1/me")).toMatchObject({ id: userId });
  });
});
