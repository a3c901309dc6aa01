import { type Actor, type Context, verifiesEmail } from "../accounts/index.ts";
import { type Membership, maxMembers, newId, type OfferedInvitation } from "../contract/index.ts";
import { commit, executeIdempotent } from "../database/index.ts";
import { AppError } from "../errors.ts";
import { outboxOfOperation } from "../webhooks/index.ts";
import { hashInvitationToken } from "./invitation-token.ts";
import { acceptRow, lockSharedProject, selectMember, selectOffer } from "./store.ts";

/**
 * Returns the project and the role of an invitation, and the role that the caller has there already.
 * @throws AppError `not_found`
 */
export async function getOffer({ database, actor }: Context, token: string): Promise<OfferedInvitation> {
  const { projectId, projectName, ownerId, invitedBy, role, email, expiresAt } = await findOffer(database, token);
  const project = { id: projectId, name: projectName };
  const [member] = await executeIdempotent(selectMember(database, projectId, actor.ownerId));
  const currentRole = ownerId === actor.ownerId ? "owner" : (member?.role ?? null);
  return { project, invitedBy, role, email, currentRole, expiresAt: expiresAt.toISOString() };
}

/**
 * Makes the caller a member with an invitation's token, or raises their role to the invitation's. A member whose role is
 * already as high keeps it, and does not use up the invitation.
 * @returns the caller's role in the project; and as `joined` the caller as a member, null when nothing changed
 * @throws AppError `not_found`, `forbidden` when the invitation is for another address, `limit_reached`
 */
export async function acceptInvitation(
  { config, database, actor }: Context,
  token: string,
  opId = newId("operation"),
): Promise<Membership & { joined: Actor | null }> {
  const offer = await findOffer(database, token);
  const { ownerId, projectId } = offer;
  if (ownerId === actor.ownerId) return { projectId, role: "owner", joined: null };
  if (actor.kind !== "user") throw new AppError("forbidden", "Only a person can accept an invitation.");
  if (offer.email !== null) {
    const isTheirs = offer.email.toLowerCase() === actor.email.toLowerCase();
    if (!isTheirs) throw new AppError("forbidden", "This invitation is for another email address.");
    if (actor.emailVerified !== true && verifiesEmail(config))
      throw new AppError("email_not_verified", "Verify your email address first. We've emailed you a link.");
  }
  const key = { ownerId, projectId };
  const { result } = await commit(database, {
    opId,
    kind: "member.added",
    statements: [
      lockSharedProject(database, key),
      acceptRow(database, hashInvitationToken(token), actor.ownerId, opId),
      outboxOfOperation(database, { opId, ...key, type: "member.added" }),
    ],
  });
  const [member] = await executeIdempotent(selectMember(database, projectId, actor.ownerId));
  if (member) {
    const { role } = member;
    const joined = { ...actor, ownerId, membership: { accountId: actor.ownerId, role } };
    return { projectId, role, joined: result === null ? null : joined };
  }
  // The invitation was used or revoked meanwhile, or the project has no room.
  await findOffer(database, token);
  throw new AppError("limit_reached", `A project can have at most ${maxMembers} members.`);
}

async function findOffer(database: Context["database"], token: string) {
  const [offer] = await executeIdempotent(selectOffer(database, hashInvitationToken(token)));
  if (!offer) throw new AppError("not_found", "This invitation was used, revoked or has expired. Ask for another.");
  return offer;
}
