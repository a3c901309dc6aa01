import type { Usage } from "../../contract/index.ts";
import { addUsage, noUsage } from "../../contract/index.ts";
import { unreachable } from "../../errors.ts";
import type { ModelFailure, TurnBlock } from "../model/port.ts";
import type { StoredStep } from "../ports.ts";
import { maxTrim } from "./compaction.ts";
import type { LoopState } from "./loop-state.ts";
import { type Ending, failed } from "./outcome.ts";
import { type Prepared, requestOf } from "./request.ts";
import { backoffAfter } from "./retry-backoff.ts";
import { type StreamedTurn, streamTurn } from "./stream-turn.ts";

/**
 * One step's turn: asks the model until it has answered whole, and stores the answer before anything is done with it.
 * What a failed attempt has shown is declared void by `step.retried`; what it has cost counts, in `run.lost` until a turn
 * is stored that carries it.
 * @returns how the run ends, or null when it goes on
 */
export async function askModel(run: LoopState, steps: StoredStep[]): Promise<Ending | null> {
  const step = (steps.at(-1)?.step ?? 0) + 1;
  const before = steps.map(({ turn }) => turn.usage).reduce(addUsage, run.earlier?.usage ?? noUsage);
  let wasEmpty = false;
  for (let attempt = 1; ; attempt++) {
    const prepared = requestOf(run, steps, addUsage(before, run.lost));
    if ("exceeded" in prepared) return failed("budget_exceeded", prepared.exceeded);
    const fromSeq = run.emit({ type: "step.started", step });
    const heard = await streamTurn(run, step, wasEmpty ? askedForWords(prepared) : prepared);
    run.lost = addUsage(run.lost, heard.usage);
    if (heard.type === "aborted") return await cancelledIn(run, step, heard.text);
    if (heard.type === "turn") {
      await store(run, step, heard, addUsage(before, run.lost));
      return null;
    }
    wasEmpty = heard.failure.kind === "empty";
    const waitMs = pauseBefore(run, heard.failure, attempt);
    if (waitMs === null && wasEmpty && steps.length > 0) {
      await closeInWords(run, step, addUsage(before, run.lost));
      return null;
    }
    voidAttempt(run, { step, fromSeq, isLast: waitMs === null, before }, heard);
    if (waitMs === null) return endingOf(heard.failure);
    await run.pause(waitMs, run.signal);
    if (run.signal.aborted) return { status: "cancelled" };
  }
}

/** Keeps what had been said when the run was cancelled. */
async function cancelledIn(run: LoopState, step: number, text: string): Promise<Ending> {
  const content: TurnBlock[] = text === "" ? [] : [{ type: "text", text }];
  await store(run, step, { content, stopReason: "cancelled" });
  return { status: "cancelled" };
}

type Attempt = { step: number; fromSeq: number; isLast: boolean; before: Usage };
type Failed = Extract<StreamedTurn, { type: "failure" }>;

/** Says that what an attempt has shown is void, where it has or is made again, and what it has cost. */
function voidAttempt(
  run: LoopState,
  { step, fromSeq, isLast, before }: Attempt,
  { failure, usage, shown }: Failed,
): void {
  // What was shown of the last attempt is void too: nothing of it is kept.
  if (!isLast || shown) run.emit({ type: "step.retried", step, reason: failure.kind, fromSeq });
  // Told at once, so that a crash does not forget it.
  if (usage.inputTokens + usage.outputTokens > 0) report(run, addUsage(before, run.lost));
}

/** Stores a turn with all that its attempts have cost. What belongs together is called before either is awaited. */
async function store(
  run: LoopState,
  step: number,
  { content, stopReason }: Pick<StoredStep["turn"], "content" | "stopReason">,
  total?: Usage,
): Promise<void> {
  const saved = run.journal.saveAssistant(step, { content, stopReason, usage: run.lost, head: run.head });
  run.lost = noUsage;
  if (total) report(run, total);
  await saved;
}

const report = (run: LoopState, usage: Usage) => run.emit({ type: "usage.updated", usage });

const nudge = "Your last answer was empty. Go on with the task, or say in a sentence what was done.";

/** The same request with a word on why it is made again. The roles still take turns, which some servers insist on. */
function askedForWords({ request, promptTokens }: Prepared): Prepared {
  const last = request.messages.at(-1);
  if (last?.role !== "user") return { request, promptTokens };
  const asking = { ...last, content: [...last.content, { type: "text" as const, text: nudge }] };
  return { request: { ...request, messages: [...request.messages.slice(0, -1), asking] }, promptTokens };
}

const closing = "The model finished without a final answer. What it changed so far is kept.";

/** Ends the run in our own words where the model has done something and then finds none. */
async function closeInWords(run: LoopState, step: number, total: Usage): Promise<void> {
  run.emit({ type: "text.delta", step, text: closing });
  run.emit({ type: "text.done", step, text: closing });
  await store(run, step, { content: [{ type: "text", text: closing }], stopReason: "end_turn" }, total);
}

/**
 * How long to wait before the next attempt, or null where another cannot help. A prompt that is too long is shortened; what is
 * refused is sent again without the images of earlier prompts, so that one that the model cannot read does not end every later run.
 */
function pauseBefore(run: LoopState, failure: ModelFailure, attempt: number): number | null {
  const isRefused = failure.kind === "invalid" || failure.kind === "unknown_model";
  if (isRefused && run.earlierImages !== undefined && run.earlierImages.size > 0) {
    run.earlierImages = new Map();
    return 0;
  }
  if (failure.kind !== "context_overflow") return backoffAfter(failure, attempt);
  if (run.trim >= maxTrim) return null;
  run.trim++;
  return 0;
}

function endingOf({ kind, detail }: ModelFailure): Ending {
  switch (kind) {
    case "overloaded":
    case "rate_limited":
      return failed("model_overloaded", detail);
    case "auth":
    case "unknown_model":
    case "not_understood":
      return failed("model_not_configured", detail);
    case "context_overflow":
      return failed("model_failed", `The conversation no longer fits the model's context window. ${detail}`);
    case "unavailable":
    case "cut":
    case "invalid":
    case "empty":
      return failed("model_failed", detail);
    case "cancelled":
      return { status: "cancelled" };
    default:
      return unreachable(kind);
  }
}
