import { describe, expect, it } from "vitest";
import {
  buildLine,
  largestFirst,
  shortAddress,
  suggestedPrompt,
  typesText,
} from "../../frontend/src/preview/describe-build.ts";
import { unsupportedFramework } from "../../preview/project/frameworks.ts";
import type { BuildSummary } from "../../worker/contract/index.ts";

const size = (bytes: number, gzipBytes: number) => ({ bytes, gzipBytes });
const warning = { path: "a.css", line: 1, column: 1, severity: "warning" as const, message: "Odd." };
const summary: BuildSummary = {
  revision: 3,
  mode: "development",
  ok: true,
  diagnostics: [],
  ms: 1_234,
  root: "",
  framework: "React",
  assets: [],
  totals: { scripts: size(300_000, 90_000), styles: size(15_000, 8_000), other: size(4_488, 2_352) },
  chunks: [],
  packages: [
    { name: "react", version: "19.2.0" },
    { name: "react-dom", version: "19.2.0" },
  ],
  packagesPlanned: 3,
  types: { status: "checked", diagnostics: [] },
};

describe("the line about a build", () => {
  it("buildLine shows the size of all files, the duration and the number of warnings", () => {
    expect(buildLine(summary)).toBe("Build: 312 KB (98 KB gzip), 1.2 s");
    expect(buildLine({ ...summary, ms: 340, diagnostics: [warning] })).toBe(
      "Build: 312 KB (98 KB gzip), 340 ms, 1 warning",
    );
    expect(buildLine({ ...summary, diagnostics: [warning, warning, warning] })).toMatch(/, 3 warnings$/);
  });

  it("buildLine shows large builds in megabytes", () => {
    expect(buildLine({ ...summary, totals: { ...summary.totals, scripts: size(5_242_880, 1_048_576) } })).toMatch(
      /^Build: 5\.0 MB \(1\.0 MB gzip\)/,
    );
  });
});

describe("the types of a build", () => {
  it("typesText shows the type check's state and result", () => {
    const told = (status: BuildSummary["types"]["status"], count = 0) =>
      typesText({ status, diagnostics: Array.from({ length: count }, () => warning) });
    expect([told("pending"), told("unavailable"), told("checked"), told("checked", 1), told("checked", 2)]).toEqual([
      "Checking…",
      "Not checked",
      "No errors",
      "1 error",
      "2 errors",
    ]);
  });
});

describe("the files of a build", () => {
  it("largestFirst sorts the files by size, with their short names", () => {
    const asset = (address: string, bytes: number) => ({
      address,
      ...size(bytes, 1),
      kind: "script" as const,
      entry: true,
    });
    const sorted = largestFirst([asset("/plain.js", 1), asset("/__edgesmith/built/index-AB.js", 2)]);
    expect(sorted.map(({ address }) => shortAddress(address))).toEqual(["index-AB.js", "/plain.js"]);
  });
});

describe("suggestedPrompt", () => {
  it("suggestedPrompt returns the prompt that converts a project whose framework cannot run", () => {
    const found = unsupportedFramework(new Map([["app/page.tsx", ""]]), { next: "16.0.0" });
    expect(suggestedPrompt(found === null ? [] : [found.diagnostic])).toBe(
      "Convert this Next.js project to Vite, with an index.html, src/main, and src/server.ts for its server.",
    );
    const expo = unsupportedFramework(new Map([["app.json", ""]]), { expo: "1" });
    expect(suggestedPrompt(expo === null ? [] : [expo.diagnostic])).toMatch(/^Convert this Expo project to Vite/);
  });

  it("suggestedPrompt returns null when no diagnostic suggests one", () => {
    const error = {
      path: "a.ts",
      line: 1,
      column: 1,
      severity: "error" as const,
      message: 'This is a "Convert this x"',
    };
    expect(suggestedPrompt([])).toBeNull();
    expect(suggestedPrompt([error])).toBeNull();
  });
});
