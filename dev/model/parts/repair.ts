import { call, type Outcome, type Part, type Task, type ToolCall } from "../turn.ts";
import { brief, callTools } from "./call-tools.ts";
import { contentOf, type Diagnostic, diagnosticsIn, pathsIn } from "./results.ts";

export type Edit = { find: string; replace: string };

/** Returns the shortest run of whole lines around a line that occurs exactly once in the file. */
export function unique(content: string, line: number): string | undefined {
  const lines = content.split("\n");
  for (let reach = 0; reach < 4; reach++) {
    const text = lines.slice(Math.max(0, line - 1 - reach), line + reach).join("\n");
    if (text.trim() !== "" && content.split(text).length === 2) return text;
  }
  return undefined;
}

/** Extracts the fix that a message suggests: "Cannot find name 'x'. Did you mean 'y'?" and the like. */
function suggestion(message: string, path: string, tree: string[]): { wrong: string; right: string } | undefined {
  const meant = /['"]([^'"]+)['"].*did you mean (?:to (?:use|write) )?['"]([^'"]+)['"]/i.exec(message);
  if (meant?.[1] && meant[2]) return { wrong: meant[1], right: meant[2] };
  const missing = /(?:could not resolve|cannot find|failed to resolve)[^'"]*['"](\.[^'"]+)['"]/i.exec(message)?.[1];
  if (!missing) return undefined;
  const stem = (file: string) =>
    file
      .split("/")
      .at(-1)
      ?.replace(/\.\w+$/, "")
      .toLowerCase();
  const target = tree.find((file) => file !== path && stem(file) === stem(missing));
  return target ? { wrong: missing, right: relativeTo(path, target) } : undefined;
}

/** Returns the specifier by which a module at one path imports the module at another. */
export function relativeTo(from: string, to: string): string {
  const base = from.split("/").slice(0, -1);
  const target = to.split("/");
  while (base.length > 0 && target.length > 1 && base[0] === target[0]) {
    base.shift();
    target.shift();
  }
  return `${base.length === 0 ? "./" : "../".repeat(base.length)}${target.join("/")}`;
}

function editFor(diagnostic: Diagnostic, read: Outcome | undefined, tree: string[]): Edit | undefined {
  const content = contentOf(read, diagnostic.path);
  const fix = suggestion(diagnostic.message, diagnostic.path, tree);
  const find = content === undefined ? undefined : unique(content, diagnostic.line);
  if (!fix || !find?.includes(fix.wrong)) return undefined;
  return { find, replace: find.replace(fix.wrong, fix.right) };
}

/**
 * Reads the files named by the diagnostics and applies the fixes that they suggest.
 * @returns the diagnostics that remain
 */
export function* repair(task: Task, diagnostics: Diagnostic[]): Part<Diagnostic[]> {
  const paths = [...new Set(diagnostics.map((diagnostic) => diagnostic.path))].slice(0, 10);
  const [listed, read] = yield* callTools(
    task,
    `There ${diagnostics.length === 1 ? "is 1 error" : `are ${diagnostics.length} errors`}. The first one: ${brief(diagnostics[0]?.message ?? "")}. I read the code there.`,
    call("list_files"),
    call("read_files", { paths }),
  );
  const calls = paths.flatMap((path): ToolCall[] => {
    const edits = diagnostics
      .filter((diagnostic) => diagnostic.path === path)
      .flatMap((diagnostic) => editFor(diagnostic, read ?? listed, pathsIn(listed)) ?? []);
    const distinct = edits.filter((edit, place) => edits.findIndex((other) => other.find === edit.find) === place);
    return distinct.length === 0 ? [] : [call("edit_file", { path, edits: distinct })];
  });
  if (calls.length === 0) return diagnostics;
  yield* callTools(task, "The diagnostics say what was meant, so the repair is small.", ...calls);
  const [recheck] = yield* callTools(task, "I check again.", call("check"));
  return diagnosticsIn(recheck);
}

/**
 * Checks the project and applies the suggested fixes.
 * @returns the errors that remain
 */
export function* checked(task: Task, text: string): Part<Diagnostic[]> {
  const [outcome] = yield* callTools(task, text, call("check"));
  const diagnostics = diagnosticsIn(outcome);
  return diagnostics.length === 0 ? [] : yield* repair(task, diagnostics);
}

/** Returns a closing sentence about the remaining errors, or an empty string. */
export const leftOver = (diagnostics: Diagnostic[]): string =>
  diagnostics.length === 0
    ? ""
    : `\n\nStill reported, and beyond what this script can repair:\n${diagnostics
        .slice(0, 5)
        .map(({ path, line, message }) => `- \`${path}:${line}\` ${brief(message)}`)
        .join("\n")}`;
