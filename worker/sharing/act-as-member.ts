import type { Actor } from "../accounts/index.ts";
import { type ProjectRole, projectRoles } from "../contract/index.ts";
import { BoundedCache, type Database, executeIdempotent } from "../database/index.ts";
import { AppError } from "../errors.ts";
import { type Resource, selectAccess } from "./store.ts";

/**
 * The owner, which is immutable, of each resource that this isolate has seen. An entry saves its owner a lookup and
 * grants nothing: the operation's own statements filter by owner.
 */
const owners = new BoundedCache<string>(20_000);

const keyOf = ({ kind, id }: Resource): string => `${kind} ${id}`;

/** Caches the owner of a resource that was just created. */
export const rememberOwner = (resource: Resource, ownerId: string): void => owners.set(keyOf(resource), ownerId);

/**
 * Looks up a caller's role in the project that a resource is or belongs to. Takes one query, and none for an owner in
 * this isolate's cache.
 * @returns the caller as a member, who acts for the project's owner with the owner's plan; null for the owner
 *   themselves, and for strangers, who find nothing under their own account
 * @throws AppError `insufficient_role`
 */
export async function actAsMember(
  database: Database,
  actor: Actor,
  resource: Resource,
  needed: ProjectRole,
): Promise<Actor | null> {
  if (actor.kind !== "user" && actor.kind !== "token") return null;
  const accountId = actor.ownerId;
  if (owners.get(keyOf(resource)) === accountId) return null;
  const [found] = await executeIdempotent(selectAccess(database, resource, accountId));
  if (!found) return null;
  const { ownerId, plan, role } = found;
  owners.set(keyOf(resource), ownerId);
  if (ownerId === accountId || role === null || found.suspendedAt !== null) return null;
  if (!suffices(role, needed)) throw insufficientRole(role, needed);
  const standing = { emailVerified: found.emailVerified, isLeaving: found.deletionDueAt !== null };
  return { ...actor, ownerId, plan, ...standing, membership: { accountId, role } };
}

const suffices = (role: ProjectRole, needed: ProjectRole): boolean =>
  projectRoles.indexOf(role) >= projectRoles.indexOf(needed);

function insufficientRole(role: ProjectRole, needed: ProjectRole): AppError {
  const detail =
    needed === "owner"
      ? "Only the project's owner can do this."
      : "You can view this project but not change it. Ask its owner to make you an editor.";
  return new AppError("insufficient_role", detail, { members: { role: needed, yours: role } });
}
