import { asc, desc, eq, lt, sql } from "drizzle-orm";
import { alertEvent, alertRule } from "../../drizzle/schema/index.ts";
import type { AlertEventData } from "../contract/index.ts";
import type { Database } from "../database/index.ts";
import type { Rule } from "./evaluate.ts";

export type RuleRow = typeof alertRule.$inferSelect;

/** Selects rules by name after a key. */
export const selectRules = (db: Database, after: string | null, limit: number) =>
  db
    .select()
    .from(alertRule)
    .where(after === null ? undefined : sql`${alertRule.name} > ${after}`)
    .orderBy(asc(alertRule.name))
    .limit(limit);

/** Selects an alert rule by its name. */
export const selectRule = (db: Database, name: string) => db.select().from(alertRule).where(eq(alertRule.name, name));

/** Inserts a rule, or replaces one and keeps its state, which the next evaluation corrects. */
export const upsertRule = (db: Database, rule: Rule) =>
  db.insert(alertRule).values(rule).onConflictDoUpdate({ target: alertRule.name, set: rule }).returning();

/** Deletes an alert rule. Returns no row when the rule does not exist. */
export const deleteRule = (db: Database, name: string) =>
  db.delete(alertRule).where(eq(alertRule.name, name)).returning({ name: alertRule.name });

/** @param change JSON as the SQL function `change_alert` takes it */
export const changeAlert = (db: Database, change: string) =>
  db.execute<{ changed: boolean }>(sql`SELECT change_alert(${change}::jsonb) AS changed`);

/** Selects the events before an event, newest first. */
export const selectEvents = (db: Database, before: string | null, limit: number) =>
  db
    .select()
    .from(alertEvent)
    .where(before === null ? undefined : lt(alertEvent.id, before))
    .orderBy(desc(alertEvent.id))
    .limit(limit);

/** Leases the events that have no notice yet, so that only one of two concurrent evaluations sends it. */
export const leasePending = (db: Database) =>
  db.execute<{ id: string; kind: "fired" | "resolved"; data: AlertEventData }>(sql`
    UPDATE alert_event SET leased_until = now() + interval '1 minute'
    WHERE NOT is_notified AND (leased_until IS NULL OR leased_until < now()) RETURNING id, kind, data`);

/** Records that the notice of an event was sent, and ends its lease. */
export const markNotified = (db: Database, id: string) =>
  db.update(alertEvent).set({ isNotified: true, leasedUntil: null }).where(eq(alertEvent.id, id));
