import type { PreviewLog } from "../../worker/contract/preview-rpc.ts";
import { REPLACED } from "./running-app.ts";

/**
 * Returns a log line for a failure to start the app's code, which no tail receives; an empty list for an exception of
 * running code.
 */
export function startFailure(failure: unknown): PreviewLog[] {
  if (!(failure instanceof Error) || "remote" in failure || failure.message === REPLACED) return [];
  const { message, stack } = failure;
  const at = new Date().toISOString();
  return [{ at, source: "server", level: "error", message, ...(stack ? { stack } : {}) }];
}
