import type { Usage } from "../contract/index.ts";
import { addUsage, noUsage } from "../contract/index.ts";
import { isAppError, unreachable } from "../errors.ts";
import { sleep } from "./loop/abortable.ts";
import { askModel } from "./loop/ask-model.ts";
import { BaseRevisions } from "./loop/base-revisions.ts";
import type { LoopState, RunAgentInput } from "./loop/loop-state.ts";
import { type Ending, failed, type Outcome } from "./loop/outcome.ts";
import { repetitionIn } from "./loop/repeated-calls.ts";
import { maxRepeats, repeatedFailures } from "./loop/repeated-check.ts";
import { runTools } from "./loop/run-tools.ts";
import { stepsOf, summaryOf } from "./loop/summary.ts";
import type { StoredStep } from "./ports.ts";
import { systemPrompt } from "./system-prompt.ts";
import { toolsFor } from "./tools/index.ts";

/** Longer than any build should take. */
const maxToolMs = 120_000;

/**
 * Takes a run from where its journal says it stands to its end, or to a question for the person. Called again after a
 * crash or an answer it goes on at the first tool without a result, or with the next call of the model; a stored step
 * is never asked for again. What happens is emitted as it happens; the run's own events (`run.*`) are the caller's.
 * What goes wrong once it has begun is the outcome's `error`, with the `cause` for the reporter.
 * @throws before its first step, when the journal or the project's files cannot be read: nothing has happened then
 */
export async function runAgent(input: RunAgentInput): Promise<Outcome> {
  const run = await prepare(input);
  let ending: Ending;
  try {
    ending = await takeSteps(run);
  } catch (error) {
    ending = isAppError(error)
      ? failed(error.code, error.detail, error)
      : failed("internal", "Something went wrong on our side.", error);
  }
  return { ...ending, usage: addUsage(usageOf(input.journal.steps()), run.lost) };
}

async function prepare(input: RunAgentInput): Promise<LoopState> {
  const { workspace, journal, emit, agent, mode, project } = input;
  const open = journal.openStep();
  if (open) emit({ type: "step.retried", step: open.step, reason: "interrupted", fromSeq: open.fromSeq });
  const { revision, files } = await workspace.listFiles();
  return {
    ...input,
    pause: input.pause ?? sleep,
    toolMs: input.toolMs ?? maxToolMs,
    tools: toolsFor(agent.tools, mode),
    system: systemPrompt({ agent, mode, project: { ...project, revision, files } }),
    bases: BaseRevisions.from(journal.steps(), revision),
    head: revision,
    earlier: null,
    lost: journal.lostUsage(),
    trim: 0,
  };
}

async function takeSteps(run: LoopState): Promise<Ending> {
  run.earlier = await summaryOf(run);
  // Only a step found stored at the start may have a call that ran and did not live to store its result.
  for (let again = true; ; again = false) {
    const last = stepsOf(run.journal).at(-1);
    const finished = last ? await finishStep(run, last, again) : null;
    // Read anew: it holds the results now.
    const steps = stepsOf(run.journal);
    const ending = finished ?? givenUp(steps) ?? (run.signal.aborted ? cancelled : null);
    if (ending) return ending;
    const asked = await askModel(run, steps);
    if (asked) return asked;
  }
}

const usageOf = (steps: StoredStep[]): Usage => steps.map(({ turn }) => turn.usage).reduce(addUsage, noUsage);

const cancelled: Ending = { status: "cancelled" };

/** Does what a stored turn asks for. @returns how the run ends or waits, or null when the model is to be asked again */
async function finishStep(run: LoopState, step: StoredStep, again: boolean): Promise<Ending | null> {
  switch (step.turn.stopReason) {
    case "refusal":
      return failed("model_refused", "The model declined to answer this. Try to put the task in other words.");
    case "cancelled":
      return cancelled;
    case "end_turn":
      return { status: "completed" };
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
