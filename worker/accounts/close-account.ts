import { eq, sql } from "drizzle-orm";
import { user } from "../../drizzle/schema/index.ts";
import type { Config } from "../config/index.ts";
import { newId } from "../contract/index.ts";
import { type Database, executeIdempotent, executeIdempotentBatch } from "../database/index.ts";
import { AppError } from "../errors.ts";
import { auditBySystem } from "./audit.ts";
import {
  eraseAccountRow,
  selectClosedAccounts,
  selectPublishedOfClosed,
  selectRunsOfClosed,
  selectSuspendedLately,
  setSuspensionRow,
} from "./close-store.ts";
import type { Context } from "./context.ts";
import { enableHooks, endEverythingStatement, recordEnded } from "./end-access.ts";
import { hookReasons } from "./hook-reasons.ts";
import { deletionMail, sendMail } from "./mail.ts";

/** How long a deleted account can be restored. */
const graceMs = 14 * 86_400_000;

/**
 * Marks the account for deletion after the grace period, and ends all access to it. What it holds is deleted by the sweep.
 * @returns when it is deleted for good
 */
export async function requestDeletion({ config, database, actor }: Context): Promise<Date> {
  const dueAt = new Date(Date.now() + graceMs);
  await executeIdempotentBatch(database, [
    database.update(user).set({ deletionDueAt: dueAt, updatedAt: sql`now()` }).where(eq(user.id, actor.ownerId)),
    endEverythingStatement(database, actor.ownerId, { reason: "leaving" }),
  ]);
  recordEnded(actor.ownerId, true);
  if (actor.kind === "user") await sendMail(config, deletionMail(config, actor.email, dueAt));
  return dueAt;
}

/** Keeps an account that was to be deleted; one that was not stays as it is. */
export async function cancelDeletion({ database, actor }: Context): Promise<void> {
  await executeIdempotent(database.update(user).set({ deletionDueAt: null }).where(eq(user.id, actor.ownerId)));
  await enableHooks(database, actor.ownerId, ["leaving"]);
}

/**
 * Suspends an account: it is refused by whichever credential, and its webhooks and triggers are disabled. The sweep cancels its
 * runs and takes its published apps down.
 * @param account its id or email address
 * @param by who did it, for the audit
 * @returns its id
 * @throws AppError `not_found`
 */
export const suspendAccount = (database: Database, account: string, by: string): Promise<string> =>
  setSuspension(database, { account, by, suspended: true });

/** Lets a suspended account in again, by its old credentials too. Its published apps have to be published again. */
export const unsuspendAccount = (database: Database, account: string, by: string): Promise<string> =>
  setSuspension(database, { account, by, suspended: false });

async function setSuspension(database: Database, about: { account: string; by: string; suspended: boolean }) {
  const operation = JSON.stringify({ ...about, hooksReason: hookReasons.suspended, auditId: newId("audit") });
  const { rows } = await executeIdempotent(setSuspensionRow(database, operation));
  const [found] = rows;
  if (!found?.id) throw new AppError("not_found", `Account ${about.account} not found.`);
  return found.id;
}

/**
 * Accounts that are suspended or about to be deleted, with what of theirs still goes on: a number of each at most. `suspended`
 * are those of the last minutes, whose live connections and previews are still to be closed.
 */
export async function closedAccounts(database: Database, limit: number) {
  const [runs, published, due, suspended] = await executeIdempotentBatch(database, [
    selectRunsOfClosed(database, limit),
    selectPublishedOfClosed(database, limit),
    selectClosedAccounts(database, limit),
    selectSuspendedLately(database, limit),
  ]);
  return { runs, published, due, suspended };
}

/**
 * Deletes an account whose grace period is over and that has no project left, with all its rows. What it spent and its audit
 * stay: the first belongs to the platform's day, the second is what is asked for after the fact; addresses in it are erased.
 * @returns whether it is gone
 */
export async function eraseAccount(database: Database, id: string): Promise<boolean> {
  const { rows } = await executeIdempotent(eraseAccountRow(database, id));
  const isGone = rows[0]?.gone === true;
  if (isGone) await auditBySystem(database, id, "account.deleted");
  return isGone;
}

/** The right in which the sweep acts for an account that nobody may act for any more. */
export const ownerContext = (
  { config, database }: { config: Config; database: Database },
  { ownerId, plan, name, email }: { ownerId: string; plan: "free" | "pro" | "enterprise"; name: string; email: string },
): Context => ({ config, database, actor: { kind: "user", ownerId, plan, name, email, sessionId: "" } });
