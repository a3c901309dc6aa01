import { z } from "zod";
import type { Diagnostic } from "../../contract/index.ts";
import { defineTool } from "./tool.ts";

const most = 50;

export const check = defineTool({
  name: "check",
  description:
    "Build the app as it is now and check its types. Gives the errors and warnings with path, line and column. Run it after you have changed code.",
  effect: "reads",
  input: z.strictObject({}),
  async run(_input, { workspace }) {
    const diagnostics = await workspace.check();
    return { content: reportOf(diagnostics), isData: true, events: [{ type: "check.done", diagnostics }] };
  },
});

const place = ({ path, line, column, severity, message }: Diagnostic): string =>
  `${path}:${line}:${column} ${severity}: ${message.slice(0, 1_000)}`;

/** The first line says whether it builds; `failingCheck` relies on that. */
export function reportOf(diagnostics: Diagnostic[]): string {
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  const warnings = diagnostics.filter(({ severity }) => severity === "warning");
  const shown = [...errors, ...warnings].slice(0, most);
  const left = diagnostics.length - shown.length;
  const first = errors.length === 0 ? "The app builds." : `The app does not build: ${count(errors.length, "error")}.`;
  return [
    warnings.length === 0 ? first : `${first} ${count(warnings.length, "warning")}.`,
    ...shown.map(place),
    ...(left > 0 ? [`(${left} more are not shown.)`] : []),
  ].join("\n");
}

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? "" : "s"}`;

/** What a failing check failed with, without the lines and columns that shift with every edit; null for one that passed. */
export function failingCheck(report: string): string | null {
  if (!report.startsWith("The app does not build")) return null;
  const errors = report.split("\n").filter((line) => / error: /.test(line));
  return errors
    .map((line) => line.replace(/:\d+:\d+ /, " "))
    .sort()
    .join("\n");
}
