import type { CaseResult } from "./run-case.ts";

/** A Markdown table of what was run: name, whether it is as it should be, and why not. */
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
