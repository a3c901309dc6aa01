import type { Operation } from "../../worker/contract/index.ts";
import type { ErrorCode } from "../../worker/errors.ts";
import type { Random } from "./random.ts";

// Random operations of a writer on its own files.

type Kind = Operation["op"];
const allKinds = ["create", "create", "update", "write", "write", "delete", "move"] as const;
/** Operations that also succeed when repeated. */
const repeatable = ["write"] as const;
const maxFiles = 40;

/** Returns one to eight random operations on distinct paths of a writer, and the paths that exist after them. */
export function randomOperations(paths: string[], newPath: () => string, message: string, random: Random) {
  const after = new Set(paths);
  const unused = [...paths];
  const kinds: readonly [Kind, ...Kind[]] = random.next() < 0.3 ? repeatable : allKinds;
  const operations: Operation[] = [];
  for (let count = random.whole(1, 8); count > 0; count -= 1) {
    const kind = random.pick(kinds);
    const [found] = kind === "create" ? [] : unused.splice(random.whole(0, unused.length), 1);
    const operation = operationOn(found, kind, { newPath, message, random, isFull: paths.length >= maxFiles });
    if (operation === null) continue;
    if (operation.op === "delete" || operation.op === "move") after.delete(operation.path);
    if (operation.op !== "delete") after.add(operation.op === "move" ? operation.to : operation.path);
    operations.push(operation);
  }
  const path = newPath();
  if (operations.length > 0) return { operations, after: [...after] };
  return { operations: [{ op: "write" as const, path, content: message }], after: [...paths, path] };
}

type OperationInput = { newPath: () => string; message: string; random: Random; isFull: boolean };

/**
 * Returns an operation of a kind on an existing file, or on a new file if `found` is undefined; null if the writer may
 * have no more files.
 */
function operationOn(found: string | undefined, kind: Kind, making: OperationInput): Operation | null {
  const { newPath, message, random, isFull } = making;
  if (found === undefined && isFull) return null;
  const path = found ?? newPath();
  if (found !== undefined && kind === "move") return { op: kind, path, to: newPath() };
  if (found !== undefined && kind === "delete") return { op: kind, path };
  const op = kind === "write" ? kind : found === undefined ? "create" : "update";
  return { op, path, ...contentOf(message, path, random) };
}

function contentOf(message: string, path: string, random: Random): { content: string; encoding?: "base64" } {
  const size = random.next() < 0.03 ? 20_000 : random.whole(0, 1_500);
  const content = `${message}: ${path} ä €\n${"0123456789abcdef".repeat(size / 16)}`;
  return path.endsWith(".bin")
    ? { content: Buffer.from(`\0${content}`).toString("base64"), encoding: "base64" }
    : { content };
}

type RejectedOperation = { fault: Operation; code: ErrorCode };

/** Returns an operation that the server must reject, with its error code, to append to valid operations. */
export function rejectedOperation(
  paths: string[],
  operations: Operation[],
  folder: string,
  random: Random,
): RejectedOperation {
  const named = new Set(operations.map(({ path }) => path));
  const idle = paths.find((path) => !named.has(path));
  const missing: RejectedOperation = {
    fault: { op: "update", path: `${folder}/nowhere.txt`, content: "x" },
    code: "file_missing",
  };
  if (idle === undefined) return missing;
  return random.pick<RejectedOperation>([
    missing,
    { fault: { op: "create", path: idle, content: "x" }, code: "file_exists" },
    { fault: { op: "create", path: `${idle}/below.txt`, content: "x" }, code: "path_conflict" },
    { fault: { op: "write", path: idle, content: "x", expectedSha256: "0".repeat(64) }, code: "revision_conflict" },
  ]);
}
