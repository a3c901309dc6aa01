import type { PreviewLog } from "../../contract/index.ts";
import { isAppError } from "../../errors.ts";
import type { StoredResult, StoredStep } from "../ports.ts";
import { browserLines } from "../tools/check.ts";
import { newFence } from "../tools/fence.ts";
import type { LoopState } from "./loop-state.ts";
import { pageErrorsName, storedPageErrors } from "./stored-page-errors.ts";

/** How often a run continues by itself because of errors that pages reported. */
const maxRepairs = 3;
const coreLength = 200;

/**
 * Stores and emits the errors that pages have reported since the run's last change and that the model has not seen, when
 * the model ends its turn, so that the run continues. After the last repair the errors are for the person, and the run
 * ends.
 * @returns the stored errors; null without errors
 */
export async function tellPageErrors(run: LoopState, { step }: StoredStep): Promise<StoredResult | null> {
  const lines = await unseenErrors(run);
  if (lines.length === 0) return null;
  const repairs = run.journal.steps().filter((one) => storedPageErrors(one) !== null).length;
  const isLast = repairs >= maxRepairs;
  const toolUseId = `${pageErrorsName}_${step}`;
  const reports = browserLines(lines).join("\n");
  const content = isLast ? `The page still reports errors after ${repairs} repairs:\n${reports}` : reports;
  const input = isLast ? { repairs } : {};
  const stored: StoredResult = {
    toolUseId,
    name: pageErrorsName,
    input,
    content,
    isError: true,
    fence: newFence(),
  };
  const saved = run.journal.saveToolResult(step, 0, stored);
  run.emit({ type: "tool.started", step, toolUseId, name: pageErrorsName });
  run.emit({ type: "tool.done", step, toolUseId, name: pageErrorsName, input, result: content, isError: true });
  await saved;
  return stored;
}

async function unseenErrors({ workspace, journal, tools }: LoopState): Promise<PreviewLog[]> {
  const steps = journal.steps();
  if (!tools.some(({ effect }) => effect === "writes")) return [];
  const results = steps.flatMap((one) => [...one.results.values()]);
  const lastWrite = results.findLastIndex(({ touched }) => touched?.how === "wrote");
  if (lastWrite < 0) return [];
  const since = results.slice(lastWrite + 1);
  // The model has seen these errors and decided to change nothing.
  if (since.some(({ name }) => name === pageErrorsName)) return [];
  const seen = since.map(({ content }) => content).join("\n");
  const errors = await reported(workspace);
  return errors.filter(({ level, message }) => level === "error" && !seen.includes(coreOf(message)));
}

/** Reads the log of pages. An unreachable preview does not fail a run at its end. */
async function reported(workspace: LoopState["workspace"]): Promise<PreviewLog[]> {
  try {
    return await workspace.browserErrors();
  } catch (error) {
    if (isAppError(error, "dependency_down")) return [];
    throw error;
  }
}

/** Returns the part of a message, in JSON's notation, that is the same in two reports of one error. */
function coreOf(message: string): string {
  const [line = ""] = message.replace(/^Uncaught (\(in promise\) )?|^Unhandled rejection: /, "").split("\n");
  return JSON.stringify(line.slice(0, coreLength)).slice(1, -1);
}
