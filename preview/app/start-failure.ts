import type { PreviewLog } from "../../worker/contract/preview-rpc.ts";
import { REPLACED } from "./running-app.ts";

/** The line for what kept an app's code from starting, which no tail hears of; none for what the code threw while it ran. */
export function startFailure(failure: unknown): PreviewLog[] {
  if (!(failure instanceof Error) || "remote" in failure || failure.message === REPLACED) return [];
  const { message, stack } = failure;
  const at = new Date().toISOString();
  return [{ at, source: "server", level: "error", message, ...(stack ? { stack } : {}) }];
}
