import type { Plan } from "../billing/index.ts";
import { plans } from "../billing/index.ts";
import type { PlanName } from "../config/index.ts";
import type { ProjectRole, Scope } from "../contract/index.ts";
import { unreachable } from "../errors.ts";

/**
 * The caller of an operation. Every actor acts for one account, `ownerId`, which every WHERE clause contains; a token,
 * a trigger and an agent act on its owner's behalf, and a member of a project on behalf of the project's owner.
 */
export type Actor =
  | (Standing & {
      kind: "user";
      ownerId: string;
      plan: PlanName;
      name: string;
      email: string;
      sessionId: string;
      /** Whether a second factor that still exists was verified for the session. Absent means false. */
      hasSecondFactor?: boolean;
    })
  | (Standing & { kind: "token"; ownerId: string; plan: PlanName; name: string; tokenId: string; scopes: Scope[] })
  | { kind: "trigger"; ownerId: string; plan: PlanName; name: string; triggerId: string }
  | { kind: "agent"; ownerId: string; plan: PlanName; name: string; runId: string };

/**
 * The account's standing, which `account-standing.ts` checks. An absent `emailVerified` means false.
 * `membership` names the caller's own account where `ownerId` is the owner of a project that is shared with it.
 */
type Standing = {
  emailVerified?: boolean;
  isLeaving?: boolean;
  membership?: { accountId: string; role: Exclude<ProjectRole, "owner"> };
};

export type UserActor = Extract<Actor, { kind: "user" }>;
export type TokenActor = Extract<Actor, { kind: "token" }>;

/** The author of a revision. */
export type Author = { kind: "user" | "token" | "agent" | "system"; id: string; name: string };

/** @returns the caller's own account: for a member, not the account of the project's owner */
export const accountOf = (actor: Actor): string =>
  actor.kind === "user" || actor.kind === "token" ? (actor.membership?.accountId ?? actor.ownerId) : actor.ownerId;

/** @returns the caller's role in the project that an operation is about */
export const roleOf = (actor: Actor): ProjectRole =>
  actor.kind === "user" || actor.kind === "token" ? (actor.membership?.role ?? "owner") : "owner";

/** Returns the limits and budgets of the account that an actor acts for. */
export const planOfActor = (actor: Actor): Plan => plans[actor.plan];

/** @returns the author of revisions that an actor creates */
export function authorOf(actor: Actor): Author {
  switch (actor.kind) {
    case "user":
      return { kind: "user", id: accountOf(actor), name: actor.name };
    case "token":
      return { kind: "token", id: actor.tokenId, name: actor.name };
    case "trigger":
      return { kind: "system", id: actor.triggerId, name: actor.name };
    case "agent":
      return { kind: "agent", id: actor.name, name: actor.name };
    default:
      return unreachable(actor);
  }
}
