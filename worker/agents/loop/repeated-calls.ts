import type { StoredResult, StoredStep } from "../ports.ts";
import { callsOf } from "./conversation.ts";

/** How often in a row the same call may fail, or return the same result, without another change of the project. */
const maxSameFailures = 3;
const maxSameResults = 5;
/**
 * How often the same call may fail in total, with changes in between: a model that repairs something and tries again
 * gets more attempts.
 */
const maxFailuresInAll = 6;
/** How often a tool may fail with the same message for any input, without a success in between. */
const maxSameWords = 8;
/** How many turns in a row may be cut off without an executable call. */
const maxCutTurns = 5;

/**
 * Describes in a sentence what a run repeats without progress; null when the run may continue. Depends on the stored
 * steps alone, so a crash does not reset the counts.
 */
export function repetitionIn(steps: StoredStep[]): string | null {
  const calls = new CallCounts();
  let cutTurns = 0;
  let found: string | null = null;
  for (const step of steps) {
    const { stopReason, content } = step.turn;
    const isCut = stopReason === "max_tokens" || stopReason === "pause_turn";
    cutTurns = isCut && callsOf(content).every(({ fault }) => fault !== undefined) ? cutTurns + 1 : 0;
    found = calls.add(step) ?? (cutTurns < maxCutTurns ? null : cutDetail(cutTurns));
  }
  return found;
}

const cutDetail = (times: number): string =>
  `The model's answer was cut off at the output limit ${times} times in a row. Ask for less at once, or choose a model with a higher limit.`;

class CallCounts {
  /** Counts since the last write that is not itself a repetition. */
  readonly #recent = new Map<string, number>();
  readonly #failures = new Map<string, number>();
  readonly #writes = new Set<string>();
  /** The number of turns in which a tool failed with the same message since its last success, by tool and message. */
  readonly #sameWords = new Map<string, Map<string, number>>();

  /**
   * Counts a step's calls, equal ones once.
   * @returns a sentence on the call that was repeated too often, or null
   */
  add(step: StoredStep): string | null {
    let found: string | null = null;
    const calls = distinctCalls(step);
    for (const [key, result] of calls) {
      found ??= result.isError ? this.#failed(key, result) : this.#succeeded(key, result);
    }
    return found ?? this.#failedAlike([...calls.values()]);
  }

  #failedAlike(results: StoredResult[]): string | null {
    let found: string | null = null;
    const failed = results.filter(({ isError }) => isError);
    const failures = new Map(failed.map((result) => [result.name + wordsOf(result), result]));
    for (const result of failures.values()) {
      const counts = this.#sameWords.get(result.name) ?? new Map<string, number>();
      this.#sameWords.set(result.name, counts);
      const times = raise(counts, wordsOf(result));
      if (times >= maxSameWords) found = failureDetail(result.name, times);
    }
    for (const { name, isError } of results) if (!isError) this.#sameWords.delete(name);
    return found;
  }

  #failed(key: string, result: StoredResult): string | null {
    const outcome = `${key} ${wordsOf(result)}`;
    const recent = raise(this.#recent, outcome);
    const all = raise(this.#failures, outcome);
    if (recent < maxSameFailures && all < maxFailuresInAll) return null;
    return key === cutKey ? cutDetail(all) : failureDetail(result.name, Math.max(recent, all));
  }

  #succeeded(key: string, result: StoredResult): string | null {
    // A person's answer is always progress.
    if (result.name === "ask_user" || result.name === "request_access") return null;
    const isWrite = result.touched?.how === "wrote";
    if (isWrite && !this.#writes.has(key)) {
      this.#writes.add(key);
      this.#recent.clear();
    }
    // A write's result contains the revision number and never repeats, so only the call is compared.
    const recent = raise(this.#recent, isWrite ? key : `${key} ${wordsOf(result)}`);
    if (recent < maxSameResults) return null;
    return `The agent called ${result.name} ${recent} times in the same way, with the same result and no progress. Say what should change, or rephrase the task.`;
  }
}

const failureDetail = (name: string, times: number): string =>
  `${name} failed ${times} times in the same way. Say what should change, or rephrase the task.`;

const cutKey = "cut";

/** Returns a step's distinct calls with their results: the model saw no result between equal calls of one turn. */
function distinctCalls({ turn, results }: StoredStep): Map<string, StoredResult> {
  const calls = new Map<string, StoredResult>();
  for (const [place, call] of callsOf(turn.content).entries()) {
    const result = results.get(place);
    if (result === undefined) continue;
    const key = call.fault === "cut" ? cutKey : `${call.name} ${call.fault ?? JSON.stringify(call.input)}`;
    if (!calls.has(key)) calls.set(key, result);
  }
  return calls;
}

/** Returns a result's content without the fence's number, which differs for each call. */
const wordsOf = ({ content, fence }: StoredResult): string =>
  fence === undefined ? content : content.replaceAll(fence, "");

function raise(counts: Map<string, number>, key: string): number {
  const count = (counts.get(key) ?? 0) + 1;
  counts.set(key, count);
  return count;
}
