import { sql } from "drizzle-orm";
import type { Usage } from "../contract/index.ts";
import type { Database, Statement } from "../database/index.ts";

/** Money reserved for a call of a model that belongs to no run, of a day (UTC, `YYYY-MM-DD`). */
export type Reservation = {
  id: string;
  ownerId: string;
  projectId: string;
  day: string;
  microUsd: number;
  agent: string;
  model: string;
};

/** The most that a day may cost: an account's plan (its own budget counts before that), and all accounts together. */
export type Ceilings = { planMicroUsd: number; platformMicroUsd: number };

/** After this the sweep charges a call of which nobody has said what it cost. */
const callSeconds = 600;

/**
 * Reserves money for a call that belongs to no run, in one statement. It fails as `budget_exceeded` where the account's
 * day has no room, and as `platform_budget_exceeded` where the platform's has none.
 */
export const reserveStatement = (db: Database, reservation: Reservation, ceilings: Ceilings): Statement => {
  const meta = JSON.stringify({ ...reservation, ...ceilings, kind: "call", dueSeconds: callSeconds });
  return db.execute(sql`SELECT set_aside(${meta}::jsonb)`);
};

/** What a reservation became: `day` is the one that the usage report shows it on. */
export type Charge = { day: string; agent: string; model: string; usage: Usage };

/**
 * Turns a reservation into what was spent, in the account's day, the platform's day and the usage report. Sent again, or
 * after somebody else has settled it, it changes nothing.
 */
export const settleStatement = (db: Database, id: string, { usage, ...charge }: Charge) =>
  db.execute(sql`SELECT settle_reservation(${id}, ${JSON.stringify({ ...charge, ...usage })}::jsonb)`);
