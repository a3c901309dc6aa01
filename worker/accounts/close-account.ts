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
  selectStagedOfClosed,
  selectSuspendedLately,
  setSuspensionRow,
} from "./close-store.ts";
import type { Context } from "./context.ts";
import { enableHooks, endEverythingStatement, recordEnded } from "./end-access.ts";
import { hookReasons } from "./hook-reasons.ts";
import { deletionMail, sendMail } from "./mail.ts";

/** The time during which the deletion of an account can be cancelled. */
const graceMs = 14 * 86_400_000;

/**
 * Marks the account for deletion after the grace period, and ends all access to it. The cron's sweep deletes its data.
 * @returns the moment of the final deletion
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

/** Cancels the deletion of an account; changes nothing when none was requested. */
export async function cancelDeletion({ database, actor }: Context): Promise<void> {
  await executeIdempotent(database.update(user).set({ deletionDueAt: null }).where(eq(user.id, actor.ownerId)));
  await enableHooks(database, actor.ownerId, ["leaving"]);
}

/**
 * Suspends an account: every credential is refused, and its webhooks and triggers are disabled. The cron's sweep
 * cancels its runs and unpublishes its apps.
 * @param account the account's id or email address
 * @param by the operator, for the audit log
 * @returns the account's id
 * @throws AppError `not_found`
 */
export const suspendAccount = (database: Database, account: string, by: string): Promise<string> =>
  setSuspension(database, { account, by, suspended: true });

/**
 * Ends the suspension of an account, whose earlier credentials are valid again. Its owner has to publish its apps
 * again.
 * @returns the account's id
 * @throws AppError `not_found`
 */
export const unsuspendAccount = (database: Database, account: string, by: string): Promise<string> =>
  setSuspension(database, { account, by, suspended: false });

async function setSuspension(database: Database, suspension: { account: string; by: string; suspended: boolean }) {
  const operation = JSON.stringify({ ...suspension, hooksReason: hookReasons.suspended, auditId: newId("audit") });
  const { rows } = await executeIdempotent(setSuspensionRow(database, operation));
  const [found] = rows;
  if (!found?.id) throw new AppError("not_found", `Account ${suspension.account} not found.`);
  return found.id;
}

/**
 * Selects the remaining activity of accounts that are suspended or about to be deleted, at most `limit` rows of each
 * kind.
 * @returns open runs, published and staged apps, accounts due for deletion, and accounts suspended in the last minutes, whose live
 *   connections and previews must be closed
 */
export async function closedAccounts(database: Database, limit: number) {
  const [runs, published, staged, due, suspended] = await executeIdempotentBatch(database, [
    selectRunsOfClosed(database, limit),
    selectPublishedOfClosed(database, limit),
    selectStagedOfClosed(database, limit),
    selectClosedAccounts(database, limit),
    selectSuspendedLately(database, limit),
  ]);
  return { runs, published, staged, due, suspended };
}

/**
 * Deletes an account whose grace period is over and that has no project left, with all its rows. Two kinds of rows
 * stay: its spending, which is part of the platform's total, and its audit log, which an investigation may need; the
 * log's IP addresses are erased.
 * @returns whether the account is deleted
 */
export async function eraseAccount(database: Database, id: string): Promise<boolean> {
  const { rows } = await executeIdempotent(eraseAccountRow(database, id));
  const isGone = rows[0]?.gone === true;
  if (isGone) await auditBySystem(database, id, "account.deleted");
  return isGone;
}

/** @returns the context in which the sweep acts on behalf of an account that nobody can sign in to any more */
export const ownerContext = (
  { config, database }: { config: Config; database: Database },
  { ownerId, plan, name, email }: { ownerId: string; plan: "free" | "pro" | "enterprise"; name: string; email: string },
): Context => ({ config, database, actor: { kind: "user", ownerId, plan, name, email, sessionId: "" } });
