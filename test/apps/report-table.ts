import type { CaseResult } from "./run-case.ts";

/** Renders the results as a Markdown table: name, outcome and reason. */
export function reportTable(results: CaseResult[]): string {
  const cell = (text: string): string => text.replaceAll("|", "\\|").replace(/\s+/g, " ").slice(0, 300);
  const rows = results.map(
    ({ name, ok, reason, durationMs }) =>
      `| ${cell(name)} | ${ok ? "yes" : "no"} | ${durationMs} ms | ${cell(reason)} |`,
  );
  const good = results.filter(({ ok }) => ok).length;
  return [
    "| name | ok | build | reason |",
    "| --- | --- | ---: | --- |",
    ...rows,
    "",
    `${good} of ${results.length}`,
  ].join("\n");
}
