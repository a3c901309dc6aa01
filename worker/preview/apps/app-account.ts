import { eq } from "drizzle-orm";
import { project, user } from "../../../drizzle/schema/index.ts";
import { type Plan, planOf } from "../../billing/index.ts";
import type { Config } from "../../config/index.ts";
import { type Database, executeIdempotent } from "../../database/index.ts";
import { AppError } from "../../errors.ts";

/** The first parameter of operations that a generated app's own server calls. */
export type AppContext = { config: Config; database: Database };

/** The account that pays for an app. */
export type AppAccount = {
  ownerId: string;
  plan: Plan;
  projectName: string;
  /** The owner's address, once it is verified; null before. */
  email: string | null;
};

const selectAccount = (db: Database, projectId: string) =>
  db
    .select({
      ownerId: user.id,
      plan: user.plan,
      email: user.email,
      emailVerified: user.emailVerified,
      suspendedAt: user.suspendedAt,
      deletionDueAt: user.deletionDueAt,
      projectName: project.name,
    })
    .from(project)
    .innerJoin(user, eq(user.id, project.ownerId))
    .where(eq(project.id, projectId));

/**
 * Returns the account of an app.
 * @throws AppError `not_found` for a deleted project, `account_suspended` when the account is suspended or will be deleted
 */
export async function appAccount({ config, database }: AppContext, projectId: string): Promise<AppAccount> {
  const [row] = await executeIdempotent(selectAccount(database, projectId));
  if (row === undefined) throw new AppError("not_found", "The project was deleted.");
  if (row.suspendedAt !== null || row.deletionDueAt !== null) {
    throw new AppError("account_suspended", "The account of this app is closed.");
  }
  const isVerified = row.emailVerified || (config.isLocal && config.mail === null);
  const { ownerId, projectName, email } = row;
  return { ownerId, plan: planOf(row.plan), projectName, email: isVerified ? email : null };
}
