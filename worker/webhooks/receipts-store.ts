import { and, desc, eq, inArray, isNotNull, isNull, lt, or, type SQL, sql } from "drizzle-orm";
import { run, trigger, triggerReceipt, user } from "../../drizzle/schema/index.ts";
import type { PlanName } from "../config/index.ts";
import type { Database } from "../database/index.ts";

/** The run of a receipt's operation: the two ids share their suffix. */
const runOfReceipt: SQL = sql`${run.id} = 'run_' || substr(${triggerReceipt.opId}, 4)`;

type NewReceipt = {
  triggerId: string;
  deliveryId: string;
  bodySha256: string | null;
  event: string | null;
  opId: string;
};

/**
 * @returns a statement that inserts a delivery's receipt if it has none, and updates the trigger's `lastUsedAt`, at
 *   most once a minute. It changes nothing when the trigger does not exist or was deleted
 */
export const insertReceipt = (database: Database, receipt: NewReceipt & { isIgnored: boolean }) => {
  const { triggerId, deliveryId, bodySha256, event, opId, isIgnored } = receipt;
  return database.execute(sql`
    WITH there AS (SELECT id FROM trigger WHERE id = ${triggerId} FOR KEY SHARE),
    used AS (
      UPDATE trigger SET last_used_at = now()
      WHERE id = ${triggerId} AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')
    )
    INSERT INTO trigger_receipt (trigger_id, delivery_id, body_sha256, event, op_id, outcome)
    SELECT id, ${deliveryId}, ${bodySha256}::text, ${event}::text, ${opId}, CASE WHEN ${isIgnored}::boolean THEN 'ignored' END
    FROM there
    -- The same delivery by its id, or by its body.
    ON CONFLICT DO NOTHING`);
};

/**
 * Selects a delivery's receipt by its id, or else by its body. A separate statement after the insertion, so that it
 * sees the rows of concurrent requests.
 */
export const selectReceipt = (database: Database, { triggerId, deliveryId, bodySha256 }: NewReceipt) =>
  database
    .select({
      deliveryId: triggerReceipt.deliveryId,
      opId: triggerReceipt.opId,
      outcome: triggerReceipt.outcome,
      runId: run.id,
    })
    .from(triggerReceipt)
    .leftJoin(run, runOfReceipt)
    .where(
      and(
        eq(triggerReceipt.triggerId, triggerId),
        sql`(${triggerReceipt.deliveryId} = ${deliveryId} OR ${triggerReceipt.bodySha256} = ${bodySha256}::text)`,
      ),
    )
    .orderBy(sql`${triggerReceipt.deliveryId} = ${deliveryId} DESC`)
    .limit(1);

type Outcome = { outcome: "queued" | "refused" | null; error: string | null };

/** Updates the outcome of a delivery. */
export const updateReceipt = (database: Database, opId: string, triggerId: string, { outcome, error }: Outcome) =>
  database
    .update(triggerReceipt)
    .set({ outcome, error })
    .where(and(eq(triggerReceipt.triggerId, triggerId), eq(triggerReceipt.opId, opId)));

/** Selects a delivery's receipt, which is deleted with its trigger. */
export const selectStoredReceipt = (database: Database, opId: string, triggerId: string) =>
  database
    .select({ opId: triggerReceipt.opId })
    .from(triggerReceipt)
    .where(and(eq(triggerReceipt.triggerId, triggerId), eq(triggerReceipt.opId, opId)));

/** The maximum number of deliveries per account that wait for the run limit. */
const maxQueued = 100;

/**
 * Queues a delivery's run when the account has fewer than a hundred queued, and returns the receipt's row. A concurrent
 * deletion of the trigger comes either before, so that the receipt no longer exists, or after, and finds it queued.
 */
export const queueReceipt = (database: Database, opId: string, { id, ownerId }: { id: string; ownerId: string }) =>
  database
    .update(triggerReceipt)
    .set({ outcome: "queued", error: null })
    .where(
      and(
        eq(triggerReceipt.triggerId, id),
        eq(triggerReceipt.opId, opId),
        sql`EXISTS (SELECT FROM trigger WHERE id = ${id} FOR KEY SHARE)`,
        sql`(SELECT count(*) FROM trigger_receipt r JOIN trigger t ON t.id = r.trigger_id
          WHERE r.outcome = 'queued' AND t.owner_id = ${ownerId}) < ${maxQueued}`,
      ),
    )
    .returning({ opId: triggerReceipt.opId });

export type QueuedReceipt = {
  triggerId: string;
  opId: string;
  ownerId: string;
  plan: PlanName;
  /** Null when the INSERT of the run never happened, so that there is nothing to start. */
  runId: string | null;
  hasEnded: boolean;
};

/**
 * Selects deliveries whose runs wait for the run limit: the oldest of each account, so that none blocks the others.
 * Deliveries of a disabled trigger or a closed account stay queued, since new ones start no run either.
 */
export const selectQueued = (database: Database, { perOwner, most }: { perOwner: number; most: number }) => {
  const queued = database
    .select({
      triggerId: triggerReceipt.triggerId,
      opId: triggerReceipt.opId,
      ownerId: trigger.ownerId,
      plan: user.plan,
      runId: run.id,
      hasEnded: sql<boolean>`coalesce(${run.endedAt} IS NOT NULL, false)`.as("has_ended"),
      place: sql<number>`row_number() OVER (PARTITION BY ${trigger.ownerId} ORDER BY ${triggerReceipt.opId})`
        .mapWith(Number)
        .as("place"),
    })
    .from(triggerReceipt)
    .innerJoin(trigger, eq(trigger.id, triggerReceipt.triggerId))
    .innerJoin(user, eq(user.id, trigger.ownerId))
    .leftJoin(run, runOfReceipt)
    .where(
      and(
        eq(triggerReceipt.outcome, "queued"),
        or(
          isNull(run.id),
          isNotNull(run.endedAt),
          and(eq(trigger.enabled, true), isNull(user.suspendedAt), isNull(user.deletionDueAt)),
        ),
      ),
    )
    .as("queued");
  return database
    .select()
    .from(queued)
    .where(sql`${queued.place} <= ${perOwner}`)
    .orderBy(queued.place, queued.opId)
    .limit(most);
};

/** Selects the runs of a trigger that wait for the run limit. */
export const selectQueuedRuns = (database: Database, ownerId: string, triggerId: string) =>
  database
    .select({ id: run.id })
    .from(triggerReceipt)
    .innerJoin(trigger, eq(trigger.id, triggerReceipt.triggerId))
    .innerJoin(run, runOfReceipt)
    .where(
      and(
        eq(trigger.ownerId, ownerId),
        eq(triggerReceipt.triggerId, triggerId),
        eq(triggerReceipt.outcome, "queued"),
        isNull(run.endedAt),
      ),
    )
    .limit(maxQueued);

/** Selects the runs of some operations that have not ended. */
export const selectUnendedOf = (database: Database, ownerId: string, opIds: string[]) =>
  database
    .select({ id: run.id })
    .from(run)
    .where(
      and(
        eq(run.ownerId, ownerId),
        isNull(run.endedAt),
        inArray(
          run.id,
          opIds.map((opId) => opId.replace(/^op_/, "run_")),
        ),
      ),
    );

export type ReceiptRow = {
  opId: string;
  deliveryId: string;
  event: string | null;
  outcome: "ignored" | "queued" | "refused" | null;
  error: string | null;
  createdAt: Date;
  runId: string | null;
  runStatus: string | null;
};

type OfTrigger = { ownerId: string; triggerId: string; after: string | null };

/** Selects the receipts of a trigger, newest first. */
export const selectReceipts = (database: Database, { ownerId, triggerId, after }: OfTrigger, limit: number) =>
  database
    .select({
      opId: triggerReceipt.opId,
      deliveryId: triggerReceipt.deliveryId,
      event: triggerReceipt.event,
      outcome: triggerReceipt.outcome,
      error: triggerReceipt.error,
      createdAt: triggerReceipt.createdAt,
      runId: run.id,
      runStatus: run.status,
    })
    .from(triggerReceipt)
    .innerJoin(trigger, eq(trigger.id, triggerReceipt.triggerId))
    .leftJoin(run, runOfReceipt)
    .where(
      and(
        eq(trigger.ownerId, ownerId),
        eq(triggerReceipt.triggerId, triggerId),
        after === null ? undefined : lt(triggerReceipt.opId, after),
      ),
    )
    .orderBy(desc(triggerReceipt.opId))
    .limit(limit);
