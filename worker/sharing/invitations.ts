import { z } from "zod";
import type { Context } from "../accounts/index.ts";
import {
  type InvitationInput,
  maxInvitations,
  type NewInvitation,
  newId,
  type Page,
  type ProjectInvitation,
} from "../contract/index.ts";
import { commit, executeIdempotent, type PageRequest, pageFrom } from "../database/index.ts";
import { AppError } from "../errors.ts";
import { getProject } from "../projects/index.ts";
import { mailInvitation } from "./invitation-mail.ts";
import { hashInvitationToken, newInvitationToken } from "./invitation-token.ts";
import {
  deleteInvitationRow,
  type InvitationRow,
  insertInvitation,
  lockSharedProject,
  selectInvitation,
  selectInvitations,
} from "./store.ts";

const defaultDays = 7;
const inserted = z.object({ id: z.string() });

/**
 * Creates an invitation to the caller's project. Only this response contains its token.
 * @throws AppError `not_found`, `limit_reached`
 */
export async function createInvitation(
  context: Context,
  projectId: string,
  { role, email, mail = false, reusable = false, expiresInDays = defaultDays }: InvitationInput,
  opId = newId("operation"),
): Promise<NewInvitation> {
  const { config, database, actor } = context;
  const key = { ownerId: actor.ownerId, projectId };
  const token = newInvitationToken();
  const row = {
    id: newId("invitation"),
    role,
    email: email ?? null,
    sha256: hashInvitationToken(token),
    isReusable: reusable,
    expiresAt: new Date(Date.now() + expiresInDays * 86_400_000),
  };
  const statements = [lockSharedProject(database, key), insertInvitation(database, key, row, opId)];
  const { result } = await commit(database, { opId, kind: "invitation.created", statements });
  if (result === null) {
    await getProject(context, projectId);
    const detail = `A project can have at most ${maxInvitations} open invitations. Revoke one that is no longer needed.`;
    throw new AppError("limit_reached", detail, { members: { limit: maxInvitations } });
  }
  const [stored] = await executeIdempotent(selectInvitation(database, projectId, inserted.parse(result).id));
  // A repeated operation has stored another token, whose text is lost; the client's key replays the first response.
  if (stored?.sha256 !== row.sha256)
    throw new AppError("conflict", "This invitation already exists. Create another one.");
  const url = `${config.appOrigin}/invitation#${token}`;
  const mailed =
    mail && email !== undefined
      ? await mailInvitation(context, { projectId, to: email, role, link: url, days: expiresInDays })
      : false;
  return { ...toInvitation(stored), token, url, mailed };
}

/** Lists the open invitations to the caller's project, newest first. @throws AppError `not_found` */
export async function listInvitations(
  context: Context,
  projectId: string,
  page: PageRequest,
): Promise<Page<ProjectInvitation>> {
  const { database, actor } = context;
  const key = { ownerId: actor.ownerId, projectId };
  const [, rows] = await Promise.all([
    getProject(context, projectId),
    executeIdempotent(selectInvitations(database, key, page.after, page.limit + 1)),
  ]);
  return pageFrom(rows.map(toInvitation), page, ({ id }) => id);
}

/** Revokes an invitation; people who have accepted it stay members. @throws AppError `not_found` */
export async function deleteInvitation({ database, actor }: Context, projectId: string, id: string): Promise<void> {
  const { rows } = await executeIdempotent(deleteInvitationRow(database, { ownerId: actor.ownerId, projectId }, id));
  if (rows.length === 0) throw new AppError("not_found", "Invitation not found.");
}

const toInvitation = ({ id, role, email, isReusable, expiresAt, createdAt }: InvitationRow): ProjectInvitation => ({
  id,
  role,
  email,
  reusable: isReusable,
  expiresAt: expiresAt.toISOString(),
  createdAt: createdAt.toISOString(),
});
