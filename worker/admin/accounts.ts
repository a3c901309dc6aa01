import { and, desc, eq, lt, or, sql } from "drizzle-orm";
import { project, spending, user } from "../../drizzle/schema/index.ts";
import { auditBySystem, type Context, endAccess, suspendAccount, unsuspendAccount } from "../accounts/index.ts";
import { type AccountUpdate, type AdminAccount, dayOf, type Page } from "../contract/index.ts";
import { contains, type Database, executeIdempotent, type PageRequest, pageFrom } from "../database/index.ts";
import { AppError } from "../errors.ts";

const notFound = () => new AppError("not_found", "Account not found.");

const selectAccounts = (db: Database, day: string) =>
  db
    .select({
      id: user.id,
      name: user.name,
      email: user.email,
      emailVerified: user.emailVerified,
      plan: user.plan,
      suspendedAt: user.suspendedAt,
      deletionDueAt: user.deletionDueAt,
      createdAt: user.createdAt,
      // In a select from one table, Drizzle omits the table's name, which "id" in a subquery needs.
      projects: sql<number>`(SELECT count(*)::integer FROM ${project} p WHERE p.owner_id = ${user}.id)`,
      publications: sql<number>`(SELECT count(*)::integer FROM ${project} p
        WHERE p.owner_id = ${user}.id AND p.visibility = 'public')`,
      spentTodayMicroUsd: sql<number>`coalesce((SELECT s.spent::double precision FROM ${spending} s
        WHERE s.owner_id = ${user}.id AND s.day = ${day}::date), 0)`,
    })
    .from(user)
    .$dynamic();

type Row = Awaited<ReturnType<typeof selectAccounts>>[number];

const toApi = ({ suspendedAt, deletionDueAt, createdAt, ...row }: Row): AdminAccount => ({
  ...row,
  suspended: suspendedAt !== null,
  suspendedAt: suspendedAt?.toISOString() ?? null,
  deletionDueAt: deletionDueAt?.toISOString() ?? null,
  createdAt: createdAt.toISOString(),
});

/**
 * Lists accounts, newest first.
 * @param q a part of the email address or the name, or a whole id
 */
export async function listAccounts(
  { database }: Context,
  { q, page }: { q: string | undefined; page: PageRequest },
): Promise<Page<AdminAccount>> {
  const found = q ? or(contains(user.email, q), contains(user.name, q), eq(user.id, q)) : undefined;
  const beyond = page.after === null ? undefined : lt(user.id, page.after);
  const rows = await executeIdempotent(
    selectAccounts(database, dayOf(Date.now()))
      .where(and(found, beyond))
      .orderBy(desc(user.id))
      .limit(page.limit + 1),
  );
  return pageFrom(rows.map(toApi), page, ({ id }) => id);
}

/** @throws AppError `not_found` */
async function getAccount(database: Database, id: string): Promise<AdminAccount> {
  const [row] = await executeIdempotent(selectAccounts(database, dayOf(Date.now())).where(eq(user.id, id)));
  if (!row) throw notFound();
  return toApi(row);
}

/**
 * Changes an account's plan, suspends it or ends its suspension. A suspended account is refused everywhere: sign-in,
 * sessions, tokens, triggers, runs; its webhooks are disabled and its apps go offline.
 * @throws AppError `not_found`; `conflict` when an owner of the platform tries to suspend their own account
 */
export async function updateAccount(
  { database, actor }: Context,
  { id, plan, suspended }: AccountUpdate & { id: string },
): Promise<AdminAccount> {
  const before = await getAccount(database, id);
  if (suspended === true && id === actor.ownerId) throw new AppError("conflict", "You can't suspend your own account.");
  if (plan !== undefined && plan !== before.plan)
    await executeIdempotent(database.update(user).set({ plan, updatedAt: sql`now()` }).where(eq(user.id, id)));
  if (suspended === true && !before.suspended) await suspendAccount(database, id, actor.ownerId);
  if (suspended === false && before.suspended) await unsuspendAccount(database, id, actor.ownerId);
  return getAccount(database, id);
}

/**
 * Deletes an account at once: suspends it, which stops all its activity, and makes its deletion due, so that the cron's
 * sweep deletes its projects, its apps and the account. The account's owner cannot undo this.
 * @param email the account's address, as the operator typed it
 * @throws AppError `not_found`; `conflict` for the caller's own account; `invalid_request` for another address
 */
export async function deleteAccount(
  { database, actor }: Context,
  { id, email }: { id: string; email: string },
): Promise<AdminAccount> {
  const account = await getAccount(database, id);
  if (id === actor.ownerId) throw new AppError("conflict", "You can't delete your own account here.");
  if (email.trim().toLowerCase() !== account.email.toLowerCase()) {
    const detail = "This isn't the account's email address.";
    throw new AppError("invalid_request", detail, { errors: [{ pointer: "/email", code: "not_the_address", detail }] });
  }
  if (!account.suspended) await suspendAccount(database, id, actor.ownerId);
  await executeIdempotent(database.update(user).set({ deletionDueAt: sql`now()` }).where(eq(user.id, id)));
  await auditBySystem(database, id, "account.deletion_requested", actor.ownerId);
  return getAccount(database, id);
}

/**
 * Ends every session and token of an account, and the connections they opened.
 * @throws AppError `not_found`
 */
export async function signOutEverywhere({ database }: Context, id: string): Promise<void> {
  if (!(await endAccess(database, id, { what: "everything", reason: "ended" }))) throw notFound();
}
