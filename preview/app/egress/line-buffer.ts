import type { PreviewLog } from "../../../worker/contract/preview-rpc.ts";

/** How long lines wait for others. */
const flushMs = 100;
/** After which time a flush counts as lost: the invocation that waits for it may be ended. */
const lostMs = 1_000;

type Waiting = { lines: PreviewLog[]; since: number };

/** The lines of each app, which all invocations of this isolate share. */
const waiting = new Map<string, Waiting>();

/**
 * Collects the lines of an app's outbound requests, so that not every request costs a call of the app's object and a
 * write, which would hold up the next request's admission until it is on disk.
 * @param key names the app
 * @param store stores the lines
 * @returns when the lines are stored, for the first one of them; null for a line that an earlier one takes along
 */
export function collectLine(
  key: string,
  line: PreviewLog,
  store: (lines: PreviewLog[]) => Promise<void>,
): Promise<void> | null {
  const known = waiting.get(key);
  if (known !== undefined && Date.now() - known.since < lostMs) {
    known.lines.push(line);
    return null;
  }
  const collected = { lines: [...(known?.lines ?? []), line], since: Date.now() };
  waiting.set(key, collected);
  return scheduler.wait(flushMs).then(() => {
    if (waiting.get(key) === collected) waiting.delete(key);
    return store(collected.lines);
  });
}
