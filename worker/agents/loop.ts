import type { Usage } from "../contract/index.ts";
import { addUsage, noUsage } from "../contract/index.ts";
import { isAppError, unreachable } from "../errors.ts";
import { sleep } from "./loop/abortable.ts";
import { askModel } from "./loop/ask-model.ts";
import { BaseRevisions } from "./loop/base-revisions.ts";
import type { LoopState, RunAgentInput } from "./loop/loop-state.ts";
import { type Ending, failed, type Outcome } from "./loop/outcome.ts";
import { tellPageErrors } from "./loop/page-errors.ts";
import { repetitionIn } from "./loop/repeated-calls.ts";
import { maxRepeats, repeatedFailures } from "./loop/repeated-check.ts";
import { runTools } from "./loop/run-tools.ts";
import { endsRun, storedPageErrors } from "./loop/stored-page-errors.ts";
import { beginSummary, stepsOf, summaryOf } from "./loop/summary.ts";
import type { StoredStep } from "./ports.ts";
import { systemPrompt } from "./system-prompt.ts";
import { toolsFor } from "./tools/index.ts";

/** Timeout of a tool that does not write, longer than any build should take. */
const maxToolMs = 120_000;

/**
 * Executes a run from its last checkpoint to its end, or to a question for the person. After a crash or an answer it
 * resumes at the first tool call without a result, or with the next model call; stored steps are never requested again.
 * Emits events as they happen, except the run's own (`run.*`), which the caller emits. An error after the first step
 * began becomes the outcome's `error`, with the `cause` for the reporter.
 * @returns the outcome, with the usage of all attempts
 * @throws before the first step, when the checkpoints or the project's files cannot be read and nothing has changed yet
 */
export async function runAgent(input: RunAgentInput): Promise<Outcome> {
  const run = await prepare(input);
  let ending: Ending;
  try {
    ending = await takeStepsBesideSummary(run);
  } catch (error) {
    ending = isAppError(error)
      ? failed(error.code, error.detail, error)
      : failed("internal", "Something went wrong on our side.", error);
  }
  return { ...ending, usage: addUsage(usageOf(input.journal.steps()), run.lost) };
}

async function prepare(input: RunAgentInput): Promise<LoopState> {
  const { workspace, journal, emit, agent, mode, project, rules = null } = input;
  const open = journal.openStep();
  if (open) emit({ type: "step.retried", step: open.step, reason: "interrupted", fromSeq: open.fromSeq });
  const { revision, files } = await workspace.listFiles();
  return {
    ...input,
    pause: input.pause ?? sleep,
    toolMs: input.toolMs ?? maxToolMs,
    tools: toolsFor(agent.tools, mode),
    system: systemPrompt({ agent, mode, project: { ...project, revision, files }, rules }),
    bases: BaseRevisions.from(journal.steps(), revision),
    head: revision,
    earlier: null,
    lost: journal.lostUsage(),
    trim: 0,
  };
}

async function takeStepsBesideSummary(run: LoopState): Promise<Ending> {
  const summarizing = beginSummary(run);
  try {
    return await takeSteps(run);
  } finally {
    await summarizing?.end();
  }
}

async function takeSteps(run: LoopState): Promise<Ending> {
  run.earlier = await summaryOf(run);
  // Only a step that was stored before this process started may contain a call that ran without storing its result.
  for (let again = true; ; again = false) {
    const last = stepsOf(run.journal).at(-1);
    const finished = last ? await finishStep(run, last, again) : null;
    // Read again, because the step now has its results.
    const steps = stepsOf(run.journal);
    const ending = finished ?? givenUp(steps) ?? (run.signal.aborted ? cancelled : null);
    if (ending) return ending;
    const modelEnding = await askModel(run, steps);
    if (modelEnding) return modelEnding;
  }
}

const usageOf = (steps: StoredStep[]): Usage => steps.map(({ turn }) => turn.usage).reduce(addUsage, noUsage);

const cancelled: Ending = { status: "cancelled" };

/**
 * Executes the tool calls of a stored turn.
 * @returns how the run ends or waits; null when the loop calls the model again
 */
async function finishStep(run: LoopState, step: StoredStep, again: boolean): Promise<Ending | null> {
  switch (step.turn.stopReason) {
    case "refusal":
      return failed("model_refused", "The model declined to answer this. Try rephrasing the task.");
    case "cancelled":
      return cancelled;
    case "end_turn": {
      // Stored before this process started, or now.
      const errors = storedPageErrors(step) ?? (await tellPageErrors(run, step));
      return errors === null || endsRun(errors) ? { status: "completed" } : null;
    }
    case "pause_turn":
    case "max_tokens":
    case "tool_use":
      return runTools(run, step, again);
    default:
      return unreachable(step.turn.stopReason);
  }
}

function givenUp(steps: StoredStep[]): Ending | null {
  const repetition = repetitionIn(steps);
  if (repetition !== null) return failed("repeated_error", repetition);
  const failures = repeatedFailures(steps);
  if (failures < maxRepeats) return null;
  return failed(
    "repeated_error",
    `The same check failed ${failures} times with the same errors. Say what should change, or restore an earlier revision.`,
  );
}
