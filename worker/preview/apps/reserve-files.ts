import { sql } from "drizzle-orm";
import type { AppKind } from "../../contract/index.ts";
import { executeIdempotent } from "../../database/index.ts";
import { formatSize } from "../../errors.ts";
import { type AppContext, appAccount } from "./app-account.ts";

type Input = { projectId: string; target: AppKind; bytes: number };

/**
 * Reserves storage for all files of an app in place of its earlier reservation.
 * @returns null, or a sentence that names the limit
 * @throws AppError `not_found`, `account_suspended`
 */
export async function reserveFiles(context: AppContext, { projectId, target, bytes }: Input): Promise<string | null> {
  const { plan } = await appAccount(context, projectId);
  const rows = await executeIdempotent(
    context.database.execute<{ reserved: boolean }>(
      sql`SELECT reserve_app_files(${projectId}, ${target}, ${bytes}::bigint, ${plan.appFileBytes}::bigint) AS reserved`,
    ),
  );
  if (rows.rows[0]?.reserved === true) return null;
  return `The files of all apps of this account can have ${formatSize(plan.appFileBytes)} in total. Delete some files first.`;
}
