import { and, desc, eq, lt, type SQL, sql } from "drizzle-orm";
import { type Attachment, appGrant, appSecret, appVariable, operation, project } from "../../drizzle/schema/index.ts";
import { type EnvironmentTarget, maxGrants, maxSecrets, maxVariables } from "../contract/index.ts";
import type { Database, Statement } from "../database/index.ts";

/** The tables of named values. */
type Named = typeof appVariable | typeof appSecret;

export type Key = { ownerId: string; projectId: string };
export type Place = Key & { name: string; target: EnvironmentTarget };

/** Locks the owner's project until the transaction ends, so that concurrent insertions cannot exceed a maximum. */
export const lockOwnProject = (database: Database, { ownerId, projectId }: Key): Statement =>
  database
    .select({ id: project.id })
    .from(project)
    .where(and(eq(project.id, projectId), eq(project.ownerId, ownerId)))
    .for("no key update");

const ownProject = ({ ownerId, projectId }: Key): SQL =>
  sql`SELECT id FROM ${project} WHERE id = ${projectId} AND owner_id = ${ownerId}`;

/**
 * The common part of setting a value: a value for both apps replaces those for one; a name of the other table and a full
 * table leave `held` empty, so that nothing changes.
 */
const replacing = (table: Named, other: Named, maximum: number, place: Place): SQL => sql`
  held AS (
    SELECT own.id FROM (${ownProject(place)}) AS own
    WHERE NOT EXISTS (SELECT FROM ${other} WHERE project_id = own.id AND name = ${place.name})
      AND (SELECT count(*) FROM ${table} WHERE project_id = own.id
        AND NOT (name = ${place.name} AND ${place.target} IN (target, 'both'))) < ${maximum}::int
  ),
  replaced AS (
    DELETE FROM ${table} AS t USING held
    WHERE t.project_id = held.id AND t.name = ${place.name} AND ${place.target} = 'both' AND t.target <> 'both'
  )`;

const storeWritten = (opId: string): SQL => sql`
  UPDATE ${operation} SET result = jsonb_build_object('projectId', written.project_id, 'name', written.name,
    'target', written.target, 'version', written.version, 'updatedAt', to_char(written.updated_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
  FROM written WHERE op_id = ${opId} RETURNING result`;

/** Sets a variable; it must follow `lockOwnProject`. The operation's result describes it, and stays null otherwise. */
export const upsertVariable = (database: Database, place: Place, value: string, opId: string): Statement =>
  database.execute(sql`
    WITH ${replacing(appVariable, appSecret, maxVariables, place)},
    written AS (
      INSERT INTO ${appVariable} (project_id, name, target, value)
      SELECT held.id, ${place.name}, ${place.target}, ${value} FROM held
      ON CONFLICT (project_id, name, target) DO UPDATE SET value = excluded.value, updated_at = clock_timestamp()
      RETURNING project_id, name, target, 1 AS version, updated_at
    ) ${storeWritten(opId)}`);

type Sealed = { sealed: string; sealKey: string };

/** Sets a secret and counts its version; it must follow `lockOwnProject`. The result is as for a variable. */
export const upsertSecret = (database: Database, place: Place, { sealed, sealKey }: Sealed, opId: string): Statement =>
  database.execute(sql`
    WITH latest AS (
      SELECT coalesce(max(version), 0) AS version FROM ${appSecret}
      WHERE project_id = ${place.projectId} AND name = ${place.name}
    ),
    ${replacing(appSecret, appVariable, maxSecrets, place)},
    written AS (
      INSERT INTO ${appSecret} (project_id, name, target, sealed, seal_key, version)
      SELECT held.id, ${place.name}, ${place.target}, ${sealed}, ${sealKey}, latest.version + 1 FROM held, latest
      ON CONFLICT (project_id, name, target) DO UPDATE SET sealed = excluded.sealed, seal_key = excluded.seal_key,
        version = excluded.version, updated_at = clock_timestamp()
      RETURNING project_id, name, target, version, updated_at
    ) ${storeWritten(opId)}`);

/** The sort key of a row in the list of a project: by name, then by target. */
const sortKeyOf = (table: Named): SQL<string> => sql<string>`(${table.name} || '.' || ${table.target}) COLLATE "C"`;

const ofProject = (table: Named | typeof appGrant, { ownerId, projectId }: Key): SQL =>
  sql`${table.projectId} IN (${ownProject({ ownerId, projectId })})`;

type Range = { after: string | null; limit: number };

/** Selects a page of a project's variables. */
export const selectVariables = (database: Database, key: Key, { after, limit }: Range) =>
  database
    .select()
    .from(appVariable)
    .where(and(ofProject(appVariable, key), after === null ? undefined : sql`${sortKeyOf(appVariable)} > ${after}`))
    .orderBy(sortKeyOf(appVariable))
    .limit(limit);

/** Selects a page of a project's secrets, without their values. */
export const selectSecrets = (database: Database, key: Key, { after, limit }: Range) =>
  database
    .select({
      name: appSecret.name,
      target: appSecret.target,
      version: appSecret.version,
      updatedAt: appSecret.updatedAt,
    })
    .from(appSecret)
    .where(and(ofProject(appSecret, key), after === null ? undefined : sql`${sortKeyOf(appSecret)} > ${after}`))
    .orderBy(sortKeyOf(appSecret))
    .limit(limit);

type Removed = Key & { name: string; target: EnvironmentTarget | undefined };

/** Deletes a name's values, or one target's. The operation's result names the project; it stays null without a row. */
export const deleteNamed = (
  database: Database,
  table: Named,
  { ownerId, projectId, name, target }: Removed,
  opId: string,
): Statement =>
  database.execute(sql`
    WITH gone AS (
      DELETE FROM ${table} AS t USING (${ownProject({ ownerId, projectId })}) AS own
      WHERE t.project_id = own.id AND t.name = ${name} AND t.target = coalesce(${target ?? null}::text, t.target)
      RETURNING t.project_id
    )
    UPDATE ${operation} SET result = jsonb_build_object('projectId', ${projectId}::text, 'name', ${name}::text)
    WHERE op_id = ${opId} AND EXISTS (SELECT FROM gone) RETURNING result`);

export type GrantRow = typeof appGrant.$inferSelect;
export type NewGrant = Omit<GrantRow, "createdAt">;

const json = (attachment: Attachment | null) => (attachment === null ? null : JSON.stringify(attachment));

/** Inserts a grant; it must follow `lockOwnProject`. The operation's result names it, and stays null when there are too many. */
export const insertGrant = (database: Database, key: Key, row: NewGrant, opId: string): Statement =>
  database.execute(sql`
    WITH made AS (
      INSERT INTO ${appGrant} (id, project_id, host, methods, path_prefix, header, query, target)
      SELECT ${row.id}, own.id, ${row.host},
        CASE WHEN ${row.methods === null}::boolean THEN NULL
          ELSE ARRAY(SELECT jsonb_array_elements_text(${JSON.stringify(row.methods ?? [])}::jsonb)) END,
        ${row.pathPrefix}::text, ${json(row.header)}::jsonb, ${json(row.query)}::jsonb, ${row.target}
      FROM (${ownProject(key)}) AS own
      WHERE (SELECT count(*) FROM ${appGrant} WHERE project_id = own.id) < ${maxGrants}::int
      RETURNING id, project_id, host
    )
    UPDATE ${operation} SET result = jsonb_build_object('projectId', made.project_id, 'grantId', made.id, 'host', made.host)
    FROM made WHERE op_id = ${opId} RETURNING result`);

/** Selects grants, newest first. */
export const selectGrants = (database: Database, key: Key, { after, limit }: Range) =>
  database
    .select()
    .from(appGrant)
    .where(and(ofProject(appGrant, key), after === null ? undefined : lt(appGrant.id, after)))
    .orderBy(desc(appGrant.id))
    .limit(limit);

/** Selects a grant of a project by its id. */
export const selectGrant = (database: Database, key: Key, id: string) =>
  database
    .select()
    .from(appGrant)
    .where(and(ofProject(appGrant, key), eq(appGrant.id, id)));

/** Deletes a grant. The operation's result names it; it stays null when there was none. */
export const deleteGrantRow = (database: Database, { ownerId, projectId }: Key, id: string, opId: string): Statement =>
  database.execute(sql`
    WITH gone AS (
      DELETE FROM ${appGrant} AS t USING (${ownProject({ ownerId, projectId })}) AS own
      WHERE t.project_id = own.id AND t.id = ${id} RETURNING t.project_id, t.id, t.host
    )
    UPDATE ${operation} SET result = jsonb_build_object('projectId', gone.project_id, 'grantId', gone.id, 'host', gone.host)
    FROM gone WHERE op_id = ${opId} RETURNING result`);
