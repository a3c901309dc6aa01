import { z } from "zod";
import type { Diagnostic, PreviewLog } from "../../contract/index.ts";
import { isAppError } from "../../errors.ts";
import type { Workspace } from "../ports.ts";
import { defineTool } from "./tool.ts";

const maxDiagnostics = 50;
const maxBrowserLines = 10;
const maxMessage = 600;

/** The heading of the errors reported by pages, which are not part of the build. */
const browserHeading = "In a browser, since the last change:";

export const check = defineTool({
  name: "check",
  description:
    "Build the app as it is now and check its types. Gives the errors and warnings with path, line and column, and what pages have logged as errors and warnings in a browser since the last change, where one was open. Run it after you have changed code.",
  effect: "reads",
  input: () => z.strictObject({}),
  async run(_input, { workspace }) {
    const diagnostics = await workspace.check();
    const content = [reportOf(diagnostics), ...(await browserReport(workspace))].join("\n");
    return { content, isData: true, events: [{ type: "check.done", diagnostics }] };
  },
});

/**
 * Lists the newest distinct lines reported by pages, each as a JSON object, so that no message can imitate the next
 * entry.
 */
export function browserLines(lines: PreviewLog[]): string[] {
  const different = new Map(lines.map((line) => [`${line.level} ${line.message} ${line.path} ${line.line}`, line]));
  return [...different.values()].slice(-maxBrowserLines).map(browserLine);
}

async function browserReport(workspace: Workspace): Promise<string[]> {
  try {
    const lines = await workspace.browserErrors();
    return lines.length === 0 ? [] : [browserHeading, ...browserLines(lines)];
  } catch (error) {
    if (isAppError(error, "dependency_down")) return ["(The browser's log cannot be read at the moment.)"];
    throw error;
  }
}

const browserLine = ({ level, message, path, line, stack }: PreviewLog): string =>
  JSON.stringify({
    level,
    message: message.slice(0, maxMessage),
    ...(path !== undefined && { path }),
    ...(line !== undefined && { line }),
    ...(stack !== undefined && { stack: stack.slice(0, maxMessage) }),
  });

const place = ({ path, line, column, severity, message }: Diagnostic): string =>
  `${path}${line > 0 ? `:${line}:${column}` : ""} ${severity}: ${message.slice(0, 1_000)}`;

/** Formats the diagnostics. The first line says whether the app builds; `failingCheck` relies on it. */
export function reportOf(diagnostics: Diagnostic[]): string {
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  const warnings = diagnostics.filter(({ severity }) => severity === "warning");
  const shown = [...errors, ...warnings].slice(0, maxDiagnostics);
  const left = diagnostics.length - shown.length;
  const first = errors.length === 0 ? "The app builds." : `The app does not build: ${count(errors.length, "error")}.`;
  return [
    warnings.length === 0 ? first : `${first} ${count(warnings.length, "warning")}.`,
    ...shown.map(place),
    ...(left > 0 ? [`(${left} more are not shown.)`] : []),
  ].join("\n");
}

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? "" : "s"}`;

/**
 * Returns the errors of a failing check without lines and columns, which shift with every edit; null for a check that
 * passed.
 */
export function failingCheck(report: string): string | null {
  if (!report.startsWith("The app does not build")) return null;
  const [build = ""] = report.split(`\n${browserHeading}`);
  const errors = build.split("\n").filter((line) => / error: /.test(line));
  return errors
    .map((line) => line.replace(/:\d+:\d+ /, " "))
    .sort()
    .join("\n");
}
