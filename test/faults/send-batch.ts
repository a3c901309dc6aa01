import { setTimeout as pause } from "node:timers/promises";
import type { Context } from "../../worker/accounts/index.ts";
import type { BatchInput } from "../../worker/contract/index.ts";
import { newId } from "../../worker/contract/index.ts";
import { type ErrorCode, isAppError } from "../../worker/errors.ts";
import { applyBatch } from "../../worker/projects/index.ts";
import { type ClientLog, hashesOf } from "./history.ts";

/** The responses that the writers of a project received, and their waiting times in milliseconds. */
export type WriterLog = ClientLog & {
  /** Unexpected responses, which are neither a revision nor an expected rejection. */
  unexpected: string[];
  /** The number of retries after `outcome_unknown` or `dependency_down`. */
  askedAgain: number;
  slowestMs: number;
  /** The batches in flight. */
  unanswered: Set<string>;
};

/** Returns an empty log. */
export const newLog = (): WriterLog => ({
  acknowledged: [],
  refused: [],
  unexpected: [],
  askedAgain: 0,
  slowestMs: 0,
  unanswered: new Set(),
});

export type Named = BatchInput & { message: string };
export type Answer = { revision: number } | { refused: ErrorCode } | { broken: string };

/**
 * Sends a batch until it receives a final response, always under the same id, as an API client does with an
 * Idempotency-Key. Records the response in the log.
 */
export async function sendBatch(
  context: Context,
  projectId: string,
  input: Named,
  log: WriterLog,
  opId = newId("operation"),
): Promise<Answer> {
  const { message, operations } = input;
  const startedAt = performance.now();
  log.unanswered.add(message);
  const answer = await untilAnswered(() => applyBatch(context, { projectId, opId, input }), log);
  log.unanswered.delete(message);
  log.slowestMs = Math.max(log.slowestMs, performance.now() - startedAt);
  if ("refused" in answer) log.refused.push(message);
  if ("broken" in answer) log.unexpected.push(`${message}: ${answer.broken}`);
  if (!("result" in answer)) return answer;
  const { revision, changes } = answer.result;
  log.acknowledged.push({ opId, message, operations, isMerge: input.onConflict === "merge", revision, changes });
  return { revision };
}

/** Retries while the outcome is unknown or the database unavailable. */
export async function untilAnswered<T>(
  ask: () => Promise<T>,
  log: WriterLog,
): Promise<{ result: T } | { refused: ErrorCode } | { broken: string }> {
  for (;;) {
    try {
      return { result: await ask() };
    } catch (error) {
      if (!isAppError(error)) return { broken: String(error) };
      if (error.code !== "outcome_unknown" && error.code !== "dependency_down") return { refused: error.code };
      log.askedAgain += 1;
      await pause(100);
    }
  }
}

/** Counts acknowledged batches whose content differs from the request because a concurrent change was merged in. */
export const mergedOf = ({ acknowledged }: WriterLog): number =>
  acknowledged.filter(({ operations, changes }) => {
    const sent = hashesOf(operations);
    return changes.some(({ path, sha256 }) => sent.has(path) && sent.get(path) !== sha256);
  }).length;
