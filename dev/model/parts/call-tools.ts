import type { Outcome, Part, Task, ToolCall } from "../turn.ts";

/** Calls those of the tools that the request offers; without any of them the step is left out. */
export function* callTools(task: Task, text: string, ...calls: ToolCall[]): Part<Outcome[]> {
  const offered = calls.filter((call) => task.tools.has(call.name));
  if (offered.length === 0) return [];
  return yield { text, calls: offered };
}

export const mayWrite = (task: Task): boolean => task.tools.has("write_files") || task.tools.has("edit_file");

/** Short enough to quote in a sentence. */
export const brief = (text: string, length = 240): string => {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length <= length ? line : `${line.slice(0, length - 1)}…`;
};

/** "Make a …": asks for something new, whatever else the sentence mentions. */
export const asksToBuild = (prompt: string): boolean =>
  /^\s*(please\s+|can you\s+)?(make|build|create|write|design)\s+(me\s+|us\s+)?(an?|some)\b/i.test(prompt);

/** "Sort the …", "Make it …": asks for a change of what is there. */
export const asksForChange = (prompt: string): boolean =>
  /^\s*(please\s+|can you\s+|now\s+|also\s+)*(add|change|sort|order|remove|update|improve|show|hide|let|use|put|extend|refactor|replace|turn|allow|the|(make|give) (the|it|this|that|them|every|each|all|todos?|tasks?|entries)\b)/i.test(
    prompt,
  );

/** Files that a new project may have before anybody built anything in it. */
const untouched = /^(index\.html|style\.css|package\.json|tsconfig\.json|README\.md|\.gitignore)$/;

/** Whether somebody built something here that a fresh app would put an end to. */
export const hasApp = (paths: string[]): boolean => paths.some((path) => !untouched.test(path));
