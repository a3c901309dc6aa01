import type { Diagnostic } from "../../worker/contract/preview-rpc.ts";
import { NODE_MODULE } from "../engine/specifiers.ts";
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
/** "Cannot find name 'node:url'. Do you need to install type definitions for node?", of a module or of a name that Node has. */
const NODE_NAME = 2591;
const UNKNOWN_NAME = 2304;
/** A configuration that Node runs during the author's build; a tsconfig.json of its own includes Node's types. */
const RUN_BY_NODE = /(^|\/)[\w.-]+\.config\.[cm]?ts$/;
const NODE_GLOBAL = /^Cannot find name '(__dirname|__filename|global)'/;

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
      diagnostics.push(...relevant(path, checker.findings(path)).map((finding) => toDiagnostic(path, finding)));
    }
  } catch (failure) {
    if (!(failure instanceof DeadlinePassed)) throw failure;
    return { diagnostics: diagnostics.slice(0, MOST_FINDINGS), complete: false };
  }
  return { diagnostics: diagnostics.slice(0, MOST_FINDINGS), complete: true };
}

function relevant(path: string, findings: TypeFinding[]): TypeFinding[] {
  const isUntyped = (finding: TypeFinding): boolean =>
    MODULE_WITHOUT_TYPES.has(finding.code) || isOfNode(finding, RUN_BY_NODE.test(path));
  const untyped = findings.some(isUntyped);
  return findings.filter((finding) => !isUntyped(finding) && !(untyped && CONSEQUENCES.has(finding.code)));
}

/**
 * Whether a finding reports that Node's types are missing. In the app's own code only Node's modules count: no browser
 * has Node's globals.
 */
function isOfNode({ code, message }: TypeFinding, isRunByNode: boolean): boolean {
  if (isRunByNode && (code === NODE_NAME || (code === UNKNOWN_NAME && NODE_GLOBAL.test(message)))) return true;
  const name = code === NODE_NAME ? /^Cannot find name '([^']+)'/.exec(message)?.[1] : undefined;
  return name !== undefined && name !== "process" && name !== "module" && NODE_MODULE.test(name);
}

function toDiagnostic(path: string, { line, column, message }: TypeFinding): Diagnostic {
  return { path, line, column, severity: "error", message };
}
