import { and, eq, sql } from "drizzle-orm";
import { appGrant, appSecret, appVariable } from "../../drizzle/schema/index.ts";
import type { Database } from "../database/index.ts";

// Statements for the preview Worker and the cron: rows of any account, by the project's id.

type Which = { projectId: string; target: "preview" | "public" };

/** Orders the value for both apps first, so that the value for one replaces it. */
const bothFirst = (column: typeof appVariable.target | typeof appSecret.target) => sql`${column} <> 'both'`;

const forApp = (column: typeof appVariable.target | typeof appSecret.target | typeof appGrant.target, which: Which) =>
  sql`${column} IN ('both', ${which.target})`;

/** Selects the variables of a target, those for both included. */
export const selectVariablesOf = (database: Database, which: Which) =>
  database
    .select({ name: appVariable.name, value: appVariable.value })
    .from(appVariable)
    .where(and(eq(appVariable.projectId, which.projectId), forApp(appVariable.target, which)))
    .orderBy(bothFirst(appVariable.target));

/** Selects the encrypted secrets of a target, those for both included. */
export const selectSecretsOf = (database: Database, which: Which) =>
  database
    .select({ name: appSecret.name, target: appSecret.target, sealed: appSecret.sealed })
    .from(appSecret)
    .where(and(eq(appSecret.projectId, which.projectId), forApp(appSecret.target, which)))
    .orderBy(bothFirst(appSecret.target));

/** Selects the grants of a target, those for both included. */
export const selectGrantsOf = (database: Database, which: Which) =>
  database
    .select()
    .from(appGrant)
    .where(and(eq(appGrant.projectId, which.projectId), forApp(appGrant.target, which)));

export type SealedSecret = { projectId: string; name: string; target: string; sealed: string };

/** Selects secrets that are encrypted with another key than this one. */
export const selectSealedWithOtherKey = (database: Database, sealKey: string, limit: number, offset: number) =>
  database.execute<SealedSecret>(sql`
    SELECT project_id AS "projectId", name, target, sealed FROM ${appSecret}
    WHERE seal_key < ${sealKey} OR seal_key > ${sealKey} ORDER BY project_id, name, target LIMIT ${limit} OFFSET ${offset}`);

/** Replaces the ciphertext of a secret; leaves a secret that was set in the meantime. */
export const updateSealed = (database: Database, row: SealedSecret, now: { sealed: string; sealKey: string }) =>
  database.execute(sql`
    UPDATE ${appSecret} SET sealed = ${now.sealed}, seal_key = ${now.sealKey}
    WHERE project_id = ${row.projectId} AND name = ${row.name} AND target = ${row.target} AND sealed = ${row.sealed}`);
