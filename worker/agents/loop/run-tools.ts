import { type AppError, type ErrorCode, isAppError } from "../../errors.ts";
import type { ToolUseBlock } from "../model/port.ts";
import type { StoredStep } from "../ports.ts";
import { newFence } from "../tools/fence.ts";
import { refusal, type Tool, type ToolResult } from "../tools/tool.ts";
import { aborted, withTimeout } from "./abortable.ts";
import { callsOf } from "./conversation.ts";
import type { LoopState } from "./loop-state.ts";
import type { Ending } from "./outcome.ts";

/** Codes of failures that no other input from the model would avoid. */
const notTheModels: ErrorCode[] = [
  "dependency_down",
  "outcome_unknown",
  "misconfigured",
  "internal",
  "forbidden",
  "not_found",
  "storage_exceeded",
];

const maxToolAttempts = 4;

/**
 * Executes the calls of a stored turn that have no result yet, in order, and stores each result.
 * @param again whether the first of them may have run before, in a process that died before storing its result
 * @returns how the run ends or waits; null when all calls have results
 */
export async function runTools(
  run: LoopState,
  { step, turn, results }: StoredStep,
  again: boolean,
): Promise<Ending | null> {
  let mayHaveRun = again;
  for (const [place, call] of callsOf(turn.content).entries()) {
    if (results.has(place)) continue;
    if (run.signal.aborted) return { status: "cancelled" };
    const fence = newFence();
    const result = await resultOf(run, call, { step, place, again: mayHaveRun, fence });
    mayHaveRun = false;
    if (result === aborted) return { status: "cancelled" };
    if (result.ask) {
      run.emit({ type: "input.requested", ...result.ask });
      return { status: "waiting", step, place, toolUseId: call.id, ...result.ask };
    }
    await keep(run, call, { step, place, fence }, result);
  }
  return null;
}

type Place = { step: number; place: number };

/** Stores a result and emits its events. Starts both before it awaits either. */
async function keep(
  { journal, emit, bases }: LoopState,
  call: ToolUseBlock,
  { step, place, fence }: Place & { fence: string },
  result: ToolResult,
) {
  const { id: toolUseId, name, input } = call;
  const { content, isError = false, isData = false, image, touched, events = [] } = result;
  if (touched) bases.add(touched);
  const parts = { ...(image && { image }), ...(touched && { touched }), ...(isData && { fence }) };
  const stored = { toolUseId, name, input, content, isError, ...parts };
  const saved = journal.saveToolResult(step, place, stored);
  emit({ type: "tool.done", step, toolUseId, name, input, result: content, isError });
  for (const event of events) emit(event);
  await saved;
}

async function resultOf(
  run: LoopState,
  call: ToolUseBlock,
  { step, place, again, fence }: Place & { again: boolean; fence: string },
): Promise<ToolResult | typeof aborted> {
  if (call.fault === "cut") {
    return refusal(
      `Your answer was cut off at the output limit inside this call, so ${call.name} was not run. Send it in smaller parts: fewer files in one call, or edits in place of whole files.`,
    );
  }
  if (call.fault === "not_json")
    return refusal(`The input of ${call.name} was not valid JSON, so it was not run. Send it again.`);
  const tool = run.tools.find(({ name }) => name === call.name);
  if (tool === undefined) {
    const offered = run.tools.map(({ name }) => name).join(", ");
    return refusal(`There is no tool ${call.name} here. The tools are: ${offered}.`);
  }
  const opId = `op_${run.runId}_${step}_${place}`;
  const { workspace, bases } = run;
  const context = {
    workspace,
    opId,
    again,
    fence,
    views: viewsIn(run.journal.steps()),
    baseOf: (paths: string[]) => bases.of(paths),
  };
  const result = withPatience(run, tool, () => tool.run(call.input, context));
  // A write that has started is always awaited: otherwise its revision would be missing from the run's log.
  if (tool.effect === "writes") return result;
  const known = await withTimeout(result, run.toolMs, run.signal);
  if (known !== aborted || run.signal.aborted) return known;
  return refusal(`${tool.name} did not answer within ${run.toolMs / 1_000} seconds and was given up.`);
}

/** Counts the page views of a run. */
const viewsIn = (steps: StoredStep[]): number =>
  steps.flatMap(({ results }) => [...results.values()]).filter(({ name }) => name === "view_page").length;

/** Executes a tool, and retries while a dependency is briefly down. A batch keeps its id, so it is applied once. */
async function withPatience(run: LoopState, tool: Tool, attempt: () => Promise<ToolResult>): Promise<ToolResult> {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      if (!isAppError(error)) throw error;
      if (!notTheModels.includes(error.code)) return refusal(sentenceOf(error));
      const passing = error.code === "dependency_down" || error.code === "outcome_unknown";
      // Requests to the running app are not retried, because the first request may have arrived.
      const isLast = tool.effect === "acts" || tries >= maxToolAttempts;
      if (!passing || isLast || run.signal.aborted) {
        if (passing && tool.effect !== "writes") return refusal(`${tool.name} cannot be used now: ${error.detail}`);
        throw error;
      }
      await run.pause(250 * 2 ** tries, run.signal);
    }
  }
}

/** Builds the tool result of a refusal: the reason, and advice on what to do. */
function sentenceOf({ code, detail, members }: AppError): string {
  const paths = Array.isArray(members.conflicts)
    ? members.conflicts.flatMap((conflict: unknown) =>
        typeof conflict === "object" && conflict !== null && "path" in conflict ? [String(conflict.path)] : [],
      )
    : [];
  const advice: Partial<Record<ErrorCode, string>> = {
    revision_conflict: `Somebody changed ${paths.length > 0 ? paths.join(", ") : "these files"} meanwhile, and the changes do not fit together. Read the files again and make your change to what is there now.`,
    file_missing: "list_files shows the files there are.",
    file_exists: "Choose another path, or change the file that is there.",
    file_too_large: "Split the content into several files.",
  };
  return [`Nothing was changed: ${detail}`, advice[code]].filter(Boolean).join(" ");
}
