import { describe, expect, it } from "vitest";
import { checkInReport, checkOf } from "../../frontend/src/chat/check-report.ts";
import { reportOf } from "../../worker/agents/tools/check.ts";
import type { Diagnostic } from "../../worker/contract/index.ts";

const finding = (severity: Diagnostic["severity"], line: number, message = "It is wrong."): Diagnostic => ({
  path: "src/main.ts",
  line,
  column: 7,
  severity,
  message,
});

/** Returns a check as shown live, and the same check as rebuilt after a reload. */
const both = (diagnostics: Diagnostic[]) => [checkOf(diagnostics), checkInReport(reportOf(diagnostics))];

describe("a check in a stored answer", () => {
  it("checkInReport shows a stored check as it was shown live", () => {
    for (const diagnostics of [
      [],
      [finding("error", 1)],
      [finding("warning", 4)],
      [finding("warning", 4), finding("error", 9, "Type 'a: b' is not 'c'.\n  It is 'd'."), finding("error", 10)],
    ]) {
      const [live, stored] = both(diagnostics);
      expect(stored).toEqual(live);
    }
  });

  it("checkInReport counts the findings that the report omits", () => {
    const [live, stored] = both(Array.from({ length: 60 }, (_, index) => finding("error", index + 1)));
    expect(stored).toMatchObject({ errors: 60, warnings: 0 });
    expect(stored?.findings).toEqual(live?.findings.slice(0, 50));
  });

  it("checkInReport returns null for a result that is no report", () => {
    expect(["The app is gone.", "", null, { errors: 1 }].map(checkInReport)).toEqual([null, null, null, null]);
  });
});
