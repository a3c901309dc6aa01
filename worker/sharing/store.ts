import { and, asc, desc, eq, getTableColumns, gt, lt, type SQL, sql } from "drizzle-orm";
import { operation, project, projectInvitation, projectMember, user } from "../../drizzle/schema/index.ts";
import { maxInvitations, maxMembers } from "../contract/index.ts";
import type { Database, Statement } from "../database/index.ts";

// Unexecuted statements of the sharing module.

export type InvitationRow = typeof projectInvitation.$inferSelect;

/** A project, a run or a trigger, by which a path names a project. */
export type Resource = { kind: "project" | "run" | "trigger"; id: string };

const projectIdOf = ({ kind, id }: Resource): SQL =>
  kind === "project" ? sql`${id}` : sql`(SELECT r.project_id FROM ${sql.identifier(kind)} r WHERE r.id = ${id})`;

/** Selects the owner of the project that a resource is or belongs to, and an account's role in it, if any. */
export const selectAccess = (db: Database, resource: Resource, accountId: string) =>
  db
    .select({
      ownerId: project.ownerId,
      plan: user.plan,
      emailVerified: user.emailVerified,
      suspendedAt: user.suspendedAt,
      deletionDueAt: user.deletionDueAt,
      role: projectMember.role,
    })
    .from(project)
    .innerJoin(user, eq(user.id, project.ownerId))
    .leftJoin(projectMember, and(eq(projectMember.projectId, project.id), eq(projectMember.userId, accountId)))
    .where(eq(project.id, projectIdOf(resource)));

type Key = { ownerId: string; projectId: string };

const ownProject = ({ ownerId, projectId }: Key): SQL =>
  sql`SELECT id FROM ${project} WHERE id = ${projectId} AND owner_id = ${ownerId}`;

/** Locks the owner's project until the transaction ends, so that concurrent changes cannot exceed a maximum. */
export const lockSharedProject = (db: Database, { ownerId, projectId }: Key): Statement =>
  db
    .select({ id: project.id })
    .from(project)
    .where(and(eq(project.id, projectId), eq(project.ownerId, ownerId)))
    .for("no key update");

/** Inserts an invitation; it must follow `lockSharedProject`. The result is null when the project has the maximum. */
export const insertInvitation = (
  db: Database,
  key: Key,
  { id, role, email, sha256, isReusable, expiresAt }: Omit<InvitationRow, "projectId" | "createdAt">,
  opId: string,
): Statement =>
  db.execute(sql`
    WITH expired AS (
      DELETE FROM ${projectInvitation} WHERE project_id IN (${ownProject(key)}) AND expires_at <= now()),
    added AS (
      INSERT INTO ${projectInvitation} (id, project_id, role, email, sha256, is_reusable, expires_at)
      SELECT ${id}, own.id, ${role}, ${email}::text, ${sha256}, ${isReusable}::boolean, ${expiresAt.toISOString()}::timestamptz
      FROM (${ownProject(key)}) AS own
      WHERE (SELECT count(*) FROM ${projectInvitation} WHERE project_id = own.id AND expires_at > now()) < ${maxInvitations}::int
      RETURNING id, created_at)
    UPDATE ${operation} SET result = jsonb_build_object('id', added.id) FROM added WHERE op_id = ${opId} RETURNING result`);

/** Selects an invitation of a project that has not expired. */
export const selectInvitation = (db: Database, projectId: string, id: string) =>
  db
    .select()
    .from(projectInvitation)
    .where(and(eq(projectInvitation.projectId, projectId), eq(projectInvitation.id, id)));

/** Selects a project's open invitations, newest first. */
export const selectInvitations = (db: Database, { ownerId, projectId }: Key, after: string | null, limit: number) =>
  db
    .select(getTableColumns(projectInvitation))
    .from(projectInvitation)
    .innerJoin(project, and(eq(project.id, projectInvitation.projectId), eq(project.ownerId, ownerId)))
    .where(
      and(
        eq(projectInvitation.projectId, projectId),
        gt(projectInvitation.expiresAt, sql`now()`),
        after === null ? undefined : lt(projectInvitation.id, after),
      ),
    )
    .orderBy(desc(projectInvitation.id))
    .limit(limit);

/** Deletes an invitation of the owner's project. */
export const deleteInvitationRow = (db: Database, key: Key, id: string) =>
  db.execute(
    sql`DELETE FROM ${projectInvitation} WHERE id = ${id} AND project_id IN (${ownProject(key)}) RETURNING id`,
  );

/** Selects the project and role of the invitation with this token hash; no row when it expired or its owner is suspended. */
export const selectOffer = (db: Database, sha256: string) =>
  db
    .select({
      projectId: project.id,
      projectName: project.name,
      ownerId: project.ownerId,
      invitedBy: user.name,
      role: projectInvitation.role,
      email: projectInvitation.email,
      expiresAt: projectInvitation.expiresAt,
    })
    .from(projectInvitation)
    .innerJoin(project, eq(project.id, projectInvitation.projectId))
    .innerJoin(user, eq(user.id, project.ownerId))
    .where(
      and(
        eq(projectInvitation.sha256, sha256),
        gt(projectInvitation.expiresAt, sql`now()`),
        sql`${user.suspendedAt} IS NULL`,
      ),
    );

/**
 * Makes an account a member by the invitation with this hash, or raises a member's role, and deletes a single-use
 * invitation. It must follow `lockSharedProject`, which serializes concurrent acceptances. The result is null when
 * nothing changes: the invitation is gone, the project full, or the account's role already as high.
 */
export const acceptRow = (db: Database, sha256: string, accountId: string, opId: string): Statement =>
  db.execute(sql`
    WITH held AS (
      SELECT i.id, i.project_id, i.role, i.is_reusable FROM ${projectInvitation} i JOIN ${project} p ON p.id = i.project_id
      WHERE i.sha256 = ${sha256} AND i.expires_at > now() AND p.owner_id <> ${accountId}
        AND (SELECT count(*) FROM ${projectMember} m WHERE m.project_id = i.project_id AND m.user_id <> ${accountId}) < ${maxMembers}::int),
    joined AS (
      INSERT INTO ${projectMember} AS m (project_id, user_id, role) SELECT project_id, ${accountId}, role FROM held
      ON CONFLICT (project_id, user_id) DO UPDATE SET role = excluded.role
        WHERE m.role = 'viewer' AND excluded.role = 'editor'
      RETURNING project_id, user_id, role),
    used AS (
      DELETE FROM ${projectInvitation} i USING held, joined WHERE i.id = held.id AND NOT held.is_reusable)
    UPDATE ${operation} SET result = jsonb_build_object('projectId', joined.project_id, 'userId', joined.user_id,
      'role', joined.role) FROM joined WHERE op_id = ${opId} RETURNING result`);

/** Selects the owner of a project as a member of it, if the key is right. */
export const selectOwner = (db: Database, { ownerId, projectId }: Key) =>
  db
    .select({ userId: user.id, name: user.name, email: user.email, joinedAt: project.createdAt })
    .from(project)
    .innerJoin(user, eq(user.id, project.ownerId))
    .where(and(eq(project.id, projectId), eq(project.ownerId, ownerId)));

const memberColumns = {
  userId: projectMember.userId,
  name: user.name,
  email: user.email,
  role: projectMember.role,
  joinedAt: projectMember.createdAt,
};

/** Selects a project's members other than its owner, by their ids. */
export const selectMembers = (db: Database, projectId: string, after: string | null, limit: number) =>
  db
    .select(memberColumns)
    .from(projectMember)
    .innerJoin(user, eq(user.id, projectMember.userId))
    .where(and(eq(projectMember.projectId, projectId), after === null ? undefined : gt(projectMember.userId, after)))
    .orderBy(asc(projectMember.userId))
    .limit(limit);

/** Selects one member of a project. */
export const selectMember = (db: Database, projectId: string, userId: string) =>
  db
    .select(memberColumns)
    .from(projectMember)
    .innerJoin(user, eq(user.id, projectMember.userId))
    .where(and(eq(projectMember.projectId, projectId), eq(projectMember.userId, userId)));

type MemberKey = Key & { userId: string };

/** Revokes the invitations by which a member could undo a change: those for anyone, and those for their address. */
const revokeUsableInvitations = (changed: SQL): SQL => sql`
  revoked AS (
    DELETE FROM ${projectInvitation} i USING ${changed} c WHERE i.project_id = c.project_id
      AND (i.email IS NULL OR lower(i.email) = (SELECT lower(u.email) FROM ${user} u WHERE u.id = c.user_id)))`;

/** Changes a member's role; a lower role revokes these invitations. The result is null when nothing changes. */
export const updateMemberRow = (db: Database, { userId, ...key }: MemberKey, role: string, opId: string): Statement =>
  db.execute(sql`
    WITH changed AS (
      UPDATE ${projectMember} SET role = ${role}
      WHERE project_id IN (${ownProject(key)}) AND user_id = ${userId} AND role <> ${role}
      RETURNING project_id, user_id, role),
    lowered AS (SELECT * FROM changed WHERE role = 'viewer'),
    ${revokeUsableInvitations(sql`lowered`)}
    UPDATE ${operation} SET result = jsonb_build_object('projectId', changed.project_id, 'userId', changed.user_id,
      'role', changed.role) FROM changed WHERE op_id = ${opId} RETURNING result`);

/**
 * Removes a member, and ends every link to the project's preview and every visit, since those belong to nobody.
 * @param isByOwner whether to revoke the invitations that the member could accept again too
 */
export const deleteMemberRow = (
  db: Database,
  { userId, ...key }: MemberKey,
  isByOwner: boolean,
  opId: string,
): Statement =>
  db.execute(sql`
    WITH changed AS (
      DELETE FROM ${projectMember} WHERE project_id IN (${ownProject(key)}) AND user_id = ${userId}
      RETURNING project_id, user_id),
    ended AS (
      UPDATE ${project} SET preview_epoch = preview_epoch + 1 FROM changed WHERE id = changed.project_id),
    removed AS (SELECT * FROM changed WHERE ${isByOwner}::boolean),
    ${revokeUsableInvitations(sql`removed`)}
    UPDATE ${operation} SET result = jsonb_build_object('projectId', changed.project_id, 'userId', changed.user_id)
      FROM changed WHERE op_id = ${opId} RETURNING result`);
