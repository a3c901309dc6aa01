import { and, asc, eq, sql } from "drizzle-orm";
import { project, projectAgent } from "../../../drizzle/schema/index.ts";
import { type Agent, maxOwnAgents } from "../../contract/index.ts";
import type { Database } from "../../database/index.ts";

// Unexecuted statements of the agents module.

type Key = { projectId: string; ownerId: string };

const owned = ({ projectId, ownerId }: Key) =>
  and(eq(projectAgent.projectId, projectId), eq(projectAgent.ownerId, ownerId));

/** Selects the agents of the owner's project, by name. */
export const selectAgents = (db: Database, key: Key) =>
  db
    .select({ definition: projectAgent.definition })
    .from(projectAgent)
    .where(owned(key))
    .orderBy(asc(projectAgent.name));

/**
 * Locks the project, so that concurrent writers count its agents one after the other; no row when it is not the
 * owner's.
 */
export const lockProject = (db: Database, { projectId, ownerId }: Key) =>
  db
    .select({ id: project.id })
    .from(project)
    .where(and(eq(project.id, projectId), eq(project.ownerId, ownerId)))
    .for("update");

/** Inserts or replaces an agent of the owner's project; no row when the project has the maximum already. */
export const upsertAgent = (db: Database, key: Key, { name, ...rest }: Agent, content: string) =>
  db.execute<{ name: string }>(sql`
    INSERT INTO project_agent (project_id, name, owner_id, content, definition, bytes)
    SELECT id, ${name}, owner_id, ${content}, ${JSON.stringify({ name, ...rest })}::jsonb, octet_length(${content})
    FROM project WHERE id = ${key.projectId} AND owner_id = ${key.ownerId}
      AND (SELECT count(*) FROM project_agent WHERE project_id = ${key.projectId} AND name <> ${name}) < ${maxOwnAgents}::int
    ON CONFLICT (project_id, name) DO UPDATE
      SET content = excluded.content, definition = excluded.definition, bytes = excluded.bytes, updated_at = now()
      WHERE project_agent.owner_id = excluded.owner_id
    RETURNING name`);

/** Deletes an agent of the owner's project; returns no row when it does not exist. */
export const deleteAgentRow = (db: Database, key: Key, name: string) =>
  db
    .delete(projectAgent)
    .where(and(owned(key), eq(projectAgent.name, name)))
    .returning({ name: projectAgent.name });
