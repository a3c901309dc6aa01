import type { Diagnostic } from "../../worker/contract/preview-rpc.ts";

/**
 * Returns the error of a build that exceeded the runtime's stack or its HTML parser's memory; null for another
 * failure.
 */
export function tooDeep(failure: unknown): Diagnostic | null {
  const message = limitOf(failure);
  return message === null ? null : { path: "", line: 0, column: 0, severity: "error", message };
}

function limitOf(failure: unknown): string | null {
  if (failure instanceof RangeError && failure.message.includes("call stack"))
    return "A file of the project is nested too deeply to be read. Look for brackets inside of brackets, thousands of levels deep, in a JSON or source file.";
  if (failure instanceof TypeError && failure.message.startsWith("Parser error: The memory limit"))
    return "An HTML page of the project is too complex to be read: its elements are nested too deeply, or one has too many attributes.";
  return null;
}
