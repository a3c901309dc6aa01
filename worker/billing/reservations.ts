import { sql } from "drizzle-orm";
import type { Usage } from "../contract/index.ts";
import type { Database, Statement } from "../database/index.ts";

/** Money reserved for a model call outside a run, on a day (UTC, `YYYY-MM-DD`). */
export type Reservation = {
  id: string;
  ownerId: string;
  projectId: string;
  day: string;
  microUsd: number;
  agent: string;
  model: string;
};

/**
 * The maximum cost of a day: of an account by its plan (its own budget applies first), and of all accounts together.
 */
export type Ceilings = { planMicroUsd: number; platformMicroUsd: number };

/** The time after which the sweep charges a call that was not settled, in seconds. */
const callSeconds = 600;

/**
 * Reserves money for a model call outside a run, in one statement. The statement fails with `budget_exceeded` when the
 * account's budget does not cover it, and with `platform_budget_exceeded` when the platform's does not.
 */
export const reserveStatement = (db: Database, reservation: Reservation, ceilings: Ceilings): Statement => {
  const meta = JSON.stringify({ ...reservation, ...ceilings, kind: "call", dueSeconds: callSeconds });
  return db.execute(sql`SELECT set_aside(${meta}::jsonb)`);
};

/**
 * Reserves money for a model call of a generated app, as `reserveStatement` does. The statement also fails, with
 * `budget_exceeded`, when the app's own limit of the day does not cover it.
 */
export const reserveForAppStatement = (
  db: Database,
  reservation: Reservation,
  ceilings: Ceilings & { appMicroUsd: number },
): Statement => {
  const meta = JSON.stringify({ ...reservation, ...ceilings, kind: "call", dueSeconds: callSeconds });
  return db.execute(sql`SELECT set_aside_for_app(${meta}::jsonb)`);
};

/** The settlement of a reservation; `day` is the day of the usage report. */
export type Charge = { day: string; agent: string; model: string; usage: Usage };

/**
 * Settles a reservation: books the actual cost on the account's day, the platform's day and the usage report. A settled
 * reservation stays as it is, so that a retry changes nothing.
 */
export const settleStatement = (db: Database, id: string, { usage, ...charge }: Charge) =>
  db.execute(sql`SELECT settle_reservation(${id}, ${JSON.stringify({ ...charge, ...usage })}::jsonb)`);
