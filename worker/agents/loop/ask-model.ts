import type { Usage } from "../../contract/index.ts";
import { unreachable } from "../../errors.ts";
import type { ModelFailure, ModelRequest, TokenUsage, TurnBlock } from "../model/port.ts";
import type { StoredStep, StoredTurn } from "../ports.ts";
import { addUsage, noUsage, priced } from "../pricing.ts";
import { mostTrim } from "./make-room.ts";
import { type Ending, failed } from "./outcome.ts";
import { requestOf } from "./request.ts";
import type { Run } from "./run.ts";
import { untilAborted } from "./wait.ts";

const mostAttempts = 5;
const longestPauseMs = 30_000;

type Heard =
  | { type: "turn"; content: TurnBlock[]; stopReason: StoredTurn["stopReason"]; usage: Usage }
  /** `shown` where viewers have seen something of the answer. */
  | { type: "failure"; failure: ModelFailure; usage: Usage; shown: boolean }
  | { type: "aborted"; text: string; usage: Usage };

/**
 * One step's turn: asks the model until it has answered whole, and stores the answer before anything is done with it.
 * What a failed attempt has shown is declared void by `step.retried`; what it has cost counts.
 * @returns how the run ends, or null when it goes on
 */
export async function askModel(run: Run, steps: StoredStep[]): Promise<{ ending: Ending | null; spent: Usage }> {
  const step = (steps.at(-1)?.step ?? 0) + 1;
  const before = steps.map(({ turn }) => turn.usage).reduce(addUsage, run.earlier?.usage ?? noUsage);
  let spent = noUsage;
  for (let attempt = 1; ; attempt++) {
    const request = requestOf(run, steps, addUsage(before, spent));
    if ("exceeded" in request) return { ending: failed("budget_exceeded", request.exceeded), spent };
    const fromSeq = run.emit({ type: "step.started", step });
    const heard = await listen(run, step, request);
    spent = addUsage(spent, heard.usage);
    const turn = { usage: spent, head: run.head };
    if (heard.type === "aborted") {
      const content: TurnBlock[] = heard.text === "" ? [] : [{ type: "text", text: heard.text }];
      await run.journal.saveAssistant(step, { ...turn, content, stopReason: "cancelled" });
      return { ending: { status: "cancelled" }, spent: noUsage };
    }
    if (heard.type === "turn") {
      const saved = run.journal.saveAssistant(step, { ...turn, content: heard.content, stopReason: heard.stopReason });
      run.emit({ type: "usage.updated", usage: addUsage(before, spent) });
      await saved;
      return { ending: null, spent: noUsage };
    }
    const waitMs = patience(run, heard.failure, attempt);
    // What was shown of the last attempt is void too: nothing of it is kept.
    if (waitMs !== null || heard.shown) run.emit({ type: "step.retried", step, reason: heard.failure.kind, fromSeq });
    if (waitMs === null) return { ending: endingOf(heard.failure), spent };
    await run.pause(waitMs, run.signal);
    if (run.signal.aborted) return { ending: { status: "cancelled" }, spent };
  }
}

/** Passes on what the model says as it says it. */
async function listen(run: Run, step: number, request: ModelRequest): Promise<Heard> {
  let counted: TokenUsage = noUsage;
  let open = "";
  let shown = false;
  const text: string[] = [];
  const usage = (): Usage => priced(counted, run.model.modelId(request.tier));
  for await (const event of untilAborted(run.model.stream(request, run.signal), run.signal)) {
    shown ||= event.type === "text" || event.type === "tool_start";
    switch (event.type) {
      case "text":
        open += event.text;
        run.emit({ type: "text.delta", step, text: event.text });
        break;
      case "text_done":
        text.push(event.text);
        open = "";
        run.emit({ type: "text.done", step, text: event.text });
        break;
      case "tool_start":
        run.emit({ type: "tool.started", step, toolUseId: event.id, name: event.name });
        break;
      case "tool_json":
        run.emit({ type: "tool.delta", toolUseId: event.id, json: event.json });
        break;
      case "usage":
        counted = event.usage;
        break;
      case "done":
        return { type: "turn", content: event.content, stopReason: event.stopReason, usage: usage() };
      case "failed":
        if (run.signal.aborted) break;
        return { type: "failure", failure: event.failure, usage: usage(), shown };
    }
  }
  if (run.signal.aborted) {
    if (open !== "") run.emit({ type: "text.done", step, text: open });
    return { type: "aborted", text: [...text, open].join(""), usage: usage() };
  }
  return { type: "failure", failure: { kind: "cut", detail: "The model's answer broke off." }, usage: usage(), shown };
}

/** How long to wait before the next attempt, or null where another cannot help. */
function patience(run: Run, { kind, retryAfterMs }: ModelFailure, attempt: number): number | null {
  switch (kind) {
    case "context_overflow":
      if (run.trim >= mostTrim) return null;
      run.trim++;
      return 0;
    case "overloaded":
    case "rate_limited":
    case "unavailable":
    case "cut":
      if (attempt >= mostAttempts) return null;
      return Math.min(longestPauseMs, Math.max(retryAfterMs ?? 0, 500 * 2 ** (attempt - 1)));
    case "invalid":
    case "auth":
    case "unknown_model":
    case "cancelled":
      return null;
    default:
      return unreachable(kind);
  }
}

function endingOf({ kind, detail }: ModelFailure): Ending {
  switch (kind) {
    case "overloaded":
    case "rate_limited":
      return failed("model_overloaded", detail);
    case "auth":
    case "unknown_model":
      return failed("model_not_configured", detail);
    case "context_overflow":
      return failed("model_failed", `The conversation no longer fits into the model's context. ${detail}`);
    case "unavailable":
    case "cut":
    case "invalid":
      return failed("model_failed", detail);
    case "cancelled":
      return { status: "cancelled" };
    default:
      return unreachable(kind);
  }
}
