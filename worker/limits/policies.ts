import { plans } from "../billing/index.ts";
import type { PlanName } from "../config/index.ts";
import { unreachable } from "../errors.ts";
import type { Policy } from "./limiter.ts";

/** The limits of signing in and of mails, which protect against guessing passwords and flooding mailboxes. */
export type AuthClass =
  /** Attempts to sign in or up from one network. */
  | "auth"
  /** The same from the larger network around it. */
  | "auth-network"
  /** Failed attempts to sign in to an account, from any network. */
  | "sign-in-account"
  /** Failed attempts to sign in to an account from one network. */
  | "sign-in-source"
  | "password-reset"
  | "password-reset-address"
  | "verification-mail"
  | "password-change"
  /** Invitations that an account mails, and those to one address from all accounts. */
  | "invitation-mail"
  | "invitation-mail-address";

/**
 * The limit that a request counts against. `anonymous`: a caller who is not authenticated; `inbound`: a signed delivery
 * to a trigger.
 */
export type LimitClass = "read" | "write" | "run" | "anonymous" | "inbound" | AuthClass;

const authPolicies: Record<AuthClass, Policy> = {
  auth: { name: "sign-in", limit: 20, windowSeconds: 15 * 60 },
  "auth-network": { name: "sign-in-network", limit: 200, windowSeconds: 15 * 60 },
  "sign-in-account": { name: "sign-in-account", limit: 5, windowSeconds: 15 * 60 },
  "sign-in-source": { name: "sign-in-source", limit: 5, windowSeconds: 15 * 60 },
  "password-reset": { name: "password-reset", limit: 3, windowSeconds: 60 * 60 },
  "password-reset-address": { name: "password-reset-address", limit: 20, windowSeconds: 15 * 60 },
  "verification-mail": { name: "verification-mail", limit: 3, windowSeconds: 60 * 60 },
  "password-change": { name: "password-change", limit: 5, windowSeconds: 15 * 60 },
  "invitation-mail": { name: "invitation-mail", limit: 20, windowSeconds: 24 * 60 * 60 },
  "invitation-mail-address": { name: "invitation-mail-address", limit: 5, windowSeconds: 24 * 60 * 60 },
};

const isAuthClass = (limitClass: LimitClass): limitClass is AuthClass => Object.hasOwn(authPolicies, limitClass);

/** @returns the policy of a class and plan, as documented in docs/api.md, "Limits" */
export function policyOf(limitClass: LimitClass, plan: PlanName): Policy {
  if (isAuthClass(limitClass)) return authPolicies[limitClass];
  switch (limitClass) {
    case "read":
      return { name: "reads", limit: plans[plan].readsPerMinute, windowSeconds: 60 };
    case "write":
      return { name: "writes", limit: plans[plan].writesPerMinute, windowSeconds: 60 };
    case "run":
      return { name: "runs", limit: plans[plan].runsPerMinute, windowSeconds: 60 };
    case "anonymous":
      return { name: "anonymous", limit: 60, windowSeconds: 60 };
    case "inbound":
      return { name: "deliveries", limit: 600, windowSeconds: 60 };
    default:
      return unreachable(limitClass);
  }
}

/**
 * Whether a class refuses requests while the store is down: runs, which cost money, and sign-in, where passwords could
 * be guessed. Cheap requests continue.
 */
export const failsClosed = (limitClass: LimitClass): boolean => limitClass === "run" || isAuthClass(limitClass);

/** Whether a class counts by an email address, which must leave this module only as a hash. */
export const isKeyedByHash = isAuthClass;
