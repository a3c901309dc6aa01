import type { Diagnostic } from "../../worker/contract/preview-rpc.ts";
import libraries from "./libraries.txt";
import platform from "./platform.txt";
import { DeadlinePassed, openTypeChecker, type TypeFinding } from "./type-checker.ts";
import type { CheckRequest, CheckResult } from "./type-checker-rpc.ts";
import { TypedFiles } from "./typed-files.ts";

const MOST_FINDINGS = 100;

/** "Cannot find module", "no declaration file", "JSX runtime not found": the bundler has found the module itself. */
const MODULE_WITHOUT_TYPES = new Set([2307, 7016, 2875, 2792]);
/** Errors that follow from an import without types: implicit any in callbacks and elements. */
const CONSEQUENCES = new Set([7006, 7031, 7026, 7005, 7034, 7053]);

/**
 * Type-checks the project's own TypeScript, without errors that only report a package without types.
 * @param withinMs time limit in milliseconds; the findings until then are the result
 */
export async function checkTypes(request: CheckRequest, withinMs: number): Promise<CheckResult> {
  const typed = new TypedFiles(request, { libraries, platform });
  const diagnostics: Diagnostic[] = [];
  if (typed.sources().length === 0) return { diagnostics, complete: true };
  const checker = await openTypeChecker(typed, withinMs);
  try {
    for (const path of typed.sources()) {
      if (diagnostics.length >= MOST_FINDINGS) break;
      diagnostics.push(...relevant(checker.findings(path)).map((finding) => toDiagnostic(path, finding)));
    }
  } catch (failure) {
    if (!(failure instanceof DeadlinePassed)) throw failure;
    return { diagnostics: diagnostics.slice(0, MOST_FINDINGS), complete: false };
  }
  return { diagnostics: diagnostics.slice(0, MOST_FINDINGS), complete: true };
}

function relevant(findings: TypeFinding[]): TypeFinding[] {
  const untyped = findings.some(({ code }) => MODULE_WITHOUT_TYPES.has(code));
  return findings.filter(({ code }) => !MODULE_WITHOUT_TYPES.has(code) && !(untyped && CONSEQUENCES.has(code)));
}

function toDiagnostic(path: string, { line, column, message }: TypeFinding): Diagnostic {
  return { path, line, column, severity: "error", message };
}
