import { plans } from "../billing/index.ts";
import type { PlanName } from "../config/index.ts";
import { unreachable } from "../errors.ts";
import type { Policy } from "./limiter.ts";

/** The limits of signing in and of what is like it, where passwords could be guessed or mails be sent without end. */
export type AuthClass =
  /** Tries to sign in or up from an address. */
  | "auth"
  /** The same from the larger network around it. */
  | "auth-network"
  /** Failed tries to sign in to an account, from wherever. */
  | "sign-in-account"
  /** Failed tries to sign in to an account from one address. */
  | "sign-in-source"
  | "password-reset"
  | "password-reset-address"
  | "verification-mail"
  | "password-change";

/** What a request counts against. `anonymous` is a caller who is not verified yet; `inbound` is a signed delivery to a trigger. */
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
};

const isAuthClass = (limitClass: LimitClass): limitClass is AuthClass => Object.hasOwn(authPolicies, limitClass);

/** The figures of API.md, "Limits". */
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

/** With the store down, what costs money or guesses passwords is refused; what is cheap goes on. */
export const failsClosed = (limitClass: LimitClass): boolean => limitClass === "run" || isAuthClass(limitClass);

/** Whether a class counts by what must not leave this module in the clear: an email address. */
export const isKeyedByHash = isAuthClass;
