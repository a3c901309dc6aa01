import { accountOf, type Context, roleOf } from "../accounts/index.ts";
import { type GivenRole, type Member, newId, type Page } from "../contract/index.ts";
import { commit, executeIdempotent, type PageRequest, pageFrom } from "../database/index.ts";
import { AppError } from "../errors.ts";
import { getProject } from "../projects/index.ts";
import { outboxOfOperation } from "../webhooks/index.ts";
import {
  deleteMemberRow,
  lockSharedProject,
  selectMember,
  selectMembers,
  selectOwner,
  updateMemberRow,
} from "./store.ts";

type MemberRow = Omit<Member, "email" | "joinedAt"> & { email: string; joinedAt: Date };

/**
 * Lists a project's owner and its members.
 * @throws AppError `not_found`
 */
export async function listMembers(context: Context, projectId: string, page: PageRequest): Promise<Page<Member>> {
  const { database, actor } = context;
  await getProject(context, projectId);
  const isFirst = page.after === null;
  // A page counts the owner as one of its rows.
  const [owners, members] = await Promise.all([
    isFirst ? executeIdempotent(selectOwner(database, { ownerId: actor.ownerId, projectId })) : [],
    executeIdempotent(selectMembers(database, projectId, afterOwner(page.after), page.limit + 1)),
  ]);
  const rows: MemberRow[] = [...owners.map((owner) => ({ ...owner, role: "owner" as const })), ...members];
  const visible = rows.slice(0, page.limit + 1).map((row) => toMember(context, row));
  return pageFrom(visible, page, ({ userId, role }) => (role === "owner" ? ownersKey : userId));
}

/** The key of a page that ends with the owner. */
const ownersKey = "owner";
const afterOwner = (after: string | null): string | null => (after === ownersKey ? null : after);

/**
 * Changes the role of a member of the caller's project.
 * @throws AppError `not_found`, `conflict` for the owner
 */
export async function updateMember(
  context: Context,
  { projectId, userId }: { projectId: string; userId: string },
  role: GivenRole,
  opId = newId("operation"),
): Promise<Member> {
  const { database, actor } = context;
  const key = { ownerId: actor.ownerId, projectId };
  await refuseOwner(context, projectId, userId);
  await commit(database, {
    opId,
    kind: "member.updated",
    statements: [
      lockSharedProject(database, key),
      updateMemberRow(database, { ...key, userId }, role, opId),
      outboxOfOperation(database, { opId, ...key, type: "member.updated" }),
    ],
  });
  await getProject(context, projectId);
  const [stored] = await executeIdempotent(selectMember(database, projectId, userId));
  if (!stored) throw noSuchMember();
  return toMember(context, stored);
}

/**
 * Removes a member of the caller's project, or lets the caller leave one. The caller then closes the member's streams
 * and visits.
 * @throws AppError `not_found`, `insufficient_role` for another member, `conflict` for the owner
 */
export async function deleteMember(
  context: Context,
  { projectId, userId }: { projectId: string; userId: string },
  opId = newId("operation"),
): Promise<void> {
  const { database, actor } = context;
  const isByOwner = roleOf(actor) === "owner";
  if (!isByOwner && userId !== accountOf(actor)) {
    throw new AppError("insufficient_role", "Only the project's owner can remove others.", {
      members: { role: "owner" },
    });
  }
  await refuseOwner(context, projectId, userId);
  const key = { ownerId: actor.ownerId, projectId };
  const { result } = await commit(database, {
    opId,
    kind: "member.removed",
    statements: [
      lockSharedProject(database, key),
      deleteMemberRow(database, { ...key, userId }, isByOwner, opId),
      outboxOfOperation(database, { opId, ...key, type: "member.removed" }),
    ],
  });
  if (result === null) throw noSuchMember();
}

const noSuchMember = () => new AppError("not_found", "Member not found.");

/** Refuses the owner as a member. A caller without access to the project gets `not_found`. */
async function refuseOwner(context: Context, projectId: string, userId: string): Promise<void> {
  if (userId !== context.actor.ownerId) return;
  await getProject(context, projectId);
  throw new AppError("conflict", "The owner can't be removed or get another role. Delete the project instead.");
}

/** @returns a member as the caller sees them: the owner sees every address, everybody else their own */
const toMember = ({ actor }: Context, { userId, name, email, role, joinedAt }: MemberRow): Member => ({
  userId,
  name,
  email: roleOf(actor) === "owner" || userId === accountOf(actor) ? email : null,
  role,
  joinedAt: joinedAt.toISOString(),
});
