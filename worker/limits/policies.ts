import { type PlanName, plans } from "../config/index.ts";
import { unreachable } from "../errors.ts";
import type { Policy } from "./limiter.ts";

/**
 * What a request counts against. `auth` is signing in or up; `anonymous` is a caller who is not verified yet; `inbound` is a
 * signed delivery to a trigger.
 */
export type LimitClass = "read" | "write" | "run" | "auth" | "anonymous" | "inbound";

/** The figures of API.md, "Limits". */
export function policyOf(limitClass: LimitClass, plan: PlanName): Policy {
  switch (limitClass) {
    case "read":
      return { name: "reads", limit: plans[plan].readsPerMinute, windowSeconds: 60 };
    case "write":
      return { name: "writes", limit: plans[plan].writesPerMinute, windowSeconds: 60 };
    case "run":
      return { name: "runs", limit: plans[plan].runsPerMinute, windowSeconds: 60 };
    case "auth":
      return { name: "sign-in", limit: 5, windowSeconds: 15 * 60 };
    case "anonymous":
      return { name: "anonymous", limit: 60, windowSeconds: 60 };
    case "inbound":
      return { name: "deliveries", limit: 600, windowSeconds: 60 };
    default:
      return unreachable(limitClass);
  }
}

/** With the store down, what costs money or guesses passwords is refused; what is cheap goes on. */
export const failsClosed = (limitClass: LimitClass): boolean => limitClass === "run" || limitClass === "auth";
