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
 * Takes one step: calls the model until it returns a complete turn, and stores the turn before anything acts on it.
 * `step.retried` voids the events of a failed attempt; its cost is kept in `run.lost` until a stored turn includes it.
 * @returns how the run ends; null when it continues
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
    const waitMs = pauseBefore(run, steps, heard.failure, attempt);
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

/** Stores the text that was streamed before the run was cancelled. */
async function cancelledIn(run: LoopState, step: number, text: string): Promise<Ending> {
  const content: TurnBlock[] = text === "" ? [] : [{ type: "text", text }];
  await store(run, step, { content, stopReason: "cancelled" });
  return { status: "cancelled" };
}

type Attempt = { step: number; fromSeq: number; isLast: boolean; before: Usage };
type Failed = Extract<StreamedTurn, { type: "failure" }>;

/** Voids the events of a failed attempt, when there are any or another attempt follows, and reports its cost. */
function voidAttempt(
  run: LoopState,
  { step, fromSeq, isLast, before }: Attempt,
  { failure, usage, shown }: Failed,
): void {
  // The events of the last attempt are void too, since nothing of that attempt is stored.
  if (!isLast || shown) run.emit({ type: "step.retried", step, reason: failure.kind, fromSeq });
  // Reported at once, so that the cost survives a crash.
  if (usage.inputTokens + usage.outputTokens > 0) report(run, addUsage(before, run.lost));
}

/** Stores a turn with the cost of all its attempts. Starts the save and the emits before it awaits either. */
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

/** Adds a note to the request on why it is repeated. Roles still alternate, which some servers require. */
function askedForWords({ request, promptTokens }: Prepared): Prepared {
  const last = request.messages.at(-1);
  if (last?.role !== "user") return { request, promptTokens };
  const nudged = { ...last, content: [...last.content, { type: "text" as const, text: nudge }] };
  return { request: { ...request, messages: [...request.messages.slice(0, -1), nudged] }, promptTokens };
}

const closing = "The model finished without a final answer. Its changes so far were kept.";

/** Ends the run with a text of ours when the model has made changes but returns only empty answers. */
async function closeInWords(run: LoopState, step: number, total: Usage): Promise<void> {
  run.emit({ type: "text.delta", step, text: closing });
  run.emit({ type: "text.done", step, text: closing });
  await store(run, step, { content: [{ type: "text", text: closing }], stopReason: "end_turn" }, total);
}

/**
 * Returns how many milliseconds to wait before the next attempt; null when another attempt cannot help. Trims an
 * overlong prompt first. Repeats a refused request without the images of earlier prompts, so that an image the model
 * cannot read does not fail every later run, and without pictures of pages, which servers other than Claude's may not
 * accept.
 */
function pauseBefore(run: LoopState, steps: StoredStep[], failure: ModelFailure, attempt: number): number | null {
  const isRefused = failure.kind === "invalid" || failure.kind === "unknown_model";
  if (isRefused && run.withoutPictures !== true && steps.some(hasPicture)) {
    run.withoutPictures = true;
    return 0;
  }
  if (isRefused && run.earlierImages !== undefined && run.earlierImages.size > 0) {
    run.earlierImages = new Map();
    return 0;
  }
  if (failure.kind !== "context_overflow") return backoffAfter(failure, attempt);
  if (run.trim >= maxTrim) return null;
  run.trim++;
  return 0;
}

const hasPicture = ({ results }: StoredStep): boolean => [...results.values()].some(({ image }) => image !== undefined);

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
