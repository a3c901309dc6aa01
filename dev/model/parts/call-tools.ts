import type { Outcome, Part, Task, ToolCall } from "../turn.ts";

/**
 * Calls those of the given tools that the request offers. Skips the step when it offers none.
 * @returns one outcome per call made
 */
export function* callTools(task: Task, text: string, ...calls: ToolCall[]): Part<Outcome[]> {
  const offered = calls.filter((call) => task.tools.has(call.name));
  if (offered.length === 0) return [];
  return yield { text, calls: offered };
}

/** Whether the request offers a tool that writes files. */
export const mayWrite = (task: Task): boolean => task.tools.has("write_files") || task.tools.has("edit_file");

/** Truncates a text to one line of at most `length` characters, for quoting in a sentence. */
export const brief = (text: string, length = 240): string => {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length <= length ? line : `${line.slice(0, length - 1)}…`;
};

/** Whether the prompt requests a new app ("Make a …"), whatever else it mentions. */
export const asksToBuild = (prompt: string): boolean =>
  /^\s*(please\s+|can you\s+)?(make|build|create|write|design)\s+(me\s+|us\s+)?(an?|some)\b/i.test(prompt);

/** Whether the prompt requests a change of an existing app ("Sort the …", "Make it …"). */
export const asksForChange = (prompt: string): boolean =>
  /^\s*(please\s+|can you\s+|now\s+|also\s+)*(add|change|sort|order|remove|update|improve|show|hide|let|use|put|extend|refactor|replace|turn|allow|the|(make|give) (the|it|this|that|them|every|each|all|todos?|tasks?|entries)\b)/i.test(
    prompt,
  );

/** Files that a new project may contain before anything was built in it. */
const untouched = /^(index\.html|style\.css|package\.json|tsconfig\.json|README\.md|\.gitignore)$/;

/** Whether the project contains an app that a new one would overwrite. */
export const hasApp = (paths: string[]): boolean => paths.some((path) => !untouched.test(path));
