import type { Context } from "hono";
import type { UsageOfOpen } from "../../accounts/index.ts";
import { usageOfRuns } from "../../runs/index.ts";
import type { AppEnv } from "../environment.ts";

/** Creates a function that asks the Sessions for the usage of open runs. It omits and reports a Session that fails. */
export const usageOfOpen =
  (c: Context<AppEnv>): UsageOfOpen =>
  (runs) =>
    usageOfRuns(c.env, runs, (error) => c.get("reporter").capture(error, { requestId: c.get("requestId") }));
