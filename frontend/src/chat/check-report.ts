import type { RunEvent } from "../../../worker/contract/index.ts";

export type CheckFinding = Extract<RunEvent, { type: "check.done" }>["diagnostics"][number];

export type Check = {
  errors: number;
  warnings: number;
  /** Errors come first. A report lists at most fifty findings. */
  findings: readonly CheckFinding[];
};

const isError = ({ severity }: CheckFinding) => severity === "error";

export function checkOf(diagnostics: readonly CheckFinding[]): Check {
  const errors = diagnostics.filter(isError);
  const warnings = diagnostics.filter((one) => !isError(one));
  return { errors: errors.length, warnings: warnings.length, findings: [...errors, ...warnings] };
}

const firstLine = /^(?:The app builds|The app does not build: (\d+) errors?)\.(?: (\d+) warnings?\.)?$/;
const place = /^(.+?):(\d+):(\d+) (error|warning): (.*)$/;

/** A line without a location continues the message before it. */
function withLine(findings: CheckFinding[], line: string): CheckFinding[] {
  const [, path, row, column, severity, message] = place.exec(line) ?? [];
  if (path !== undefined && message !== undefined) {
    const level = severity === "error" ? "error" : "warning";
    return [...findings, { path, line: Number(row), column: Number(column), severity: level, message }];
  }
  const last = findings.at(-1);
  return last === undefined ? findings : findings.with(-1, { ...last, message: `${last.message}\n${line}` });
}

/** Parses a check's stored report; null for any other result. */
export function checkInReport(report: unknown): Check | null {
  if (typeof report !== "string") return null;
  const [first = "", ...lines] = report.split("\n");
  const counts = firstLine.exec(first);
  if (counts === null) return null;
  const findings = lines.filter((line) => !/^\(\d+ more are not shown\.\)$/.test(line)).reduce(withLine, []);
  return { errors: Number(counts[1] ?? 0), warnings: Number(counts[2] ?? 0), findings };
}
