import type { StoredResult, StoredStep } from "../ports.ts";
import { callsOf } from "./conversation.ts";

/** How often in a row the very same may happen, while nothing else changes the project. */
const maxSameFailures = 3;
const maxSameResults = 5;
/** With changes in between: a model that mends something and tries again has more patience, not all of it. */
const maxFailuresInAll = 6;
/** A tool that fails in the same words whatever it is sent, and has not worked once meanwhile. */
const maxSameWords = 8;
/** Turns that neither end nor come to a call that can be run. */
const maxCutTurns = 5;

/** A sentence on what a run does again and again, or null where it goes on. From what is stored alone, as after a crash. */
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
  /** Since the project was last changed by a call that is not itself a repetition. */
  readonly #recent = new Map<string, number>();
  readonly #failures = new Map<string, number>();
  readonly #writes = new Set<string>();
  /** In how many turns a tool has failed in the same words since it last worked: by tool, then by words. */
  readonly #sameWords = new Map<string, Map<string, number>>();

  /** Counts a step's calls, the same one once. @returns what of them has happened too often */
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
    const failures = new Map(results.filter(({ isError }) => isError).map((one) => [one.name + wordsOf(one), one]));
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
    // A person's answer is news, whatever was asked.
    if (result.name === "ask_user") return null;
    const isWrite = result.touched?.how === "wrote";
    if (isWrite && !this.#writes.has(key)) {
      this.#writes.add(key);
      this.#recent.clear();
    }
    // What a write gives holds the revision's number, and so is never the same.
    const recent = raise(this.#recent, isWrite ? key : `${key} ${wordsOf(result)}`);
    if (recent < maxSameResults) return null;
    return `${result.name} was called ${recent} times in the same way, with the same result and without getting further. Say what should change, or put the task in other words.`;
  }
}

const failureDetail = (name: string, times: number): string =>
  `${name} failed ${times} times in the same way. Say what should change, or put the task in other words.`;

const cutKey = "cut";

/** A step's calls with their results, each once however often the turn holds it: its repetition saw no answer in between. */
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

/** What a result says, without the number that is new for each call. */
const wordsOf = ({ content, fence }: StoredResult): string =>
  fence === undefined ? content : content.replaceAll(fence, "");

function raise(counts: Map<string, number>, key: string): number {
  const count = (counts.get(key) ?? 0) + 1;
  counts.set(key, count);
  return count;
}
