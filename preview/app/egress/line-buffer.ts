import type { PreviewLog } from "../../../worker/contract/preview-rpc.ts";

/** How long a line waits for more lines to be written together. */
const flushMs = 100;
/** The time after which a flush counts as lost: the invocation that waits for it may have been ended. */
const lostMs = 1_000;

type Waiting = { lines: PreviewLog[]; since: number };

/** The pending lines of each app, shared by all invocations in this isolate. */
const waiting = new Map<string, Waiting>();

/**
 * Batches the log lines of an app's outbound requests. Without batching, every request would cost a call of the app's
 * object and a write, and the write would delay the next request's admission until it is on disk.
 * @param key names the app
 * @param store stores the lines
 * @returns a promise of the flush for the first line of a batch; null for a line that joins an existing batch
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
