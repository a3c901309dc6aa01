import type { Context } from "hono";
import type { UsageOfOpen } from "../../accounts/index.ts";
import { usageOfRuns } from "../../runs/index.ts";
import type { AppEnv } from "../environment.ts";

/** Asks the sessions what runs have used that go on. One that cannot be asked is left out and reported. */
export const usageOfOpen =
  (c: Context<AppEnv>): UsageOfOpen =>
  (runs) =>
    usageOfRuns(c.env, runs, (error) => c.get("reporter").capture(error, { requestId: c.get("requestId") }));
