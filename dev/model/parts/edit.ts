import { call, type Part, type Task } from "../turn.ts";
import { brief, callTools } from "./call-tools.ts";
import type { Edit } from "./repair.ts";

export type FileEdits = { path: string; edits: Edit[] };

const occurs = (content: string, find: string): number => content.split(find).length - 1;

/** Returns the edits that still apply: those whose `find` occurs exactly once, as `edit_file` requires. */
export const fitting = (content: string, edits: Edit[]): Edit[] =>
  edits.filter(({ find, replace }) => occurs(content, find) === 1 && !content.includes(replace));

/**
 * Edits files in one step.
 * @returns the error, if any
 */
export function* edited(task: Task, text: string, files: FileEdits[]): Part<string | undefined> {
  const outcomes = yield* callTools(task, text, ...files.map(({ path, edits }) => call("edit_file", { path, edits })));
  if (outcomes.length === 0) return "this request offers no tool that edits files";
  const failed = outcomes.find((outcome) => outcome.isError);
  return failed && brief(failed.text);
}
