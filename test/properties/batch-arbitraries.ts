import { Buffer } from "node:buffer";
import fc from "fast-check";
import type { BatchInput, Operation } from "../../worker/contract/index.ts";
import { faultsOf, type History, headOf, type ModelFile, sha256Of, treeAt } from "./tree-model.ts";

/** Few paths, so that they collide: as files and folders of each other, and differing by case alone. */
const paths = [
  "a",
  "A",
  "a/b",
  "A/B",
  "a/b/c.ts",
  "b.txt",
  "B.TXT",
  "dir/x.ts",
  "Dir/y.ts",
  "dir",
  "é.md",
  "É.md",
  "z.bin",
];
const badPaths = ["", "../x", "/a", "a//b", "a/", "con", "a\u0000b", "e\u0301", ".git/config", "a\ud800", "%2e%2e/a"];

const path = fc.oneof(
  { weight: 60, arbitrary: fc.constantFrom(...paths) },
  { weight: 1, arbitrary: fc.constantFrom(...badPaths) },
);

const line = fc.constantFrom(
  "one",
  "two",
  "",
  "é😀",
  " ",
  "\\ No newline at end of file",
  "--- a/b",
  "@@ -1 +1 @@",
  "\ufeff",
  "four\r",
);
const anyText = fc
  .tuple(fc.array(line, { maxLength: 8 }), fc.boolean())
  .map(([lines, ended]) => lines.join("\n") + (ended ? "\n" : ""));
// Some contents recur, in both encodings, since contents are stored by hash.
const text = fc.oneof(anyText, fc.constantFrom("one\ntwo\n", "one\nthree\n", "", "é"));
const bytes = fc.uint8Array({ maxLength: 40 }).map((all) => Buffer.from(all));

type Content = { content: string; encoding?: "utf-8" | "base64" };
const content: fc.Arbitrary<Content> = fc.oneof(
  { weight: 12, arbitrary: text.map((one) => ({ content: one })) },
  { weight: 3, arbitrary: text.map((one) => ({ content: one, encoding: "utf-8" as const })) },
  // The bytes of a text as base64: one content in both encodings.
  {
    weight: 4,
    arbitrary: text.map((one) => ({ content: Buffer.from(one).toString("base64"), encoding: "base64" as const })),
  },
  { weight: 4, arbitrary: bytes.map((one) => ({ content: one.toString("base64"), encoding: "base64" as const })) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Content>(
      { content: "a\0b" },
      { content: "\udc00" },
      { content: "no base64!", encoding: "base64" },
      { content: "YQ", encoding: "base64" },
      { content: "YR==", encoding: "base64" },
    ),
  },
);

const sometimes = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 2 });

/** An operation before it is applied to a tree. */
const wish = fc.record({
  op: fc.constantFrom("create", "update", "write", "delete", "move"),
  path,
  to: path,
  content,
  language: sometimes(fc.constantFrom("typescript", "poetry")),
  /** The index of an existing file, for an operation that needs one and whose path has none. */
  among: fc.nat(),
  /** Whether an applicable write keeps the bytes and changes their encoding. */
  recodes: fc.constantFrom(false, false, false, true),
  expected: fc.option(fc.constantFrom("right", "wrong"), { nil: undefined, freq: 2 }),
});
type Wish = typeof wish extends fc.Arbitrary<infer T> ? T : never;

export const step = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      kind: fc.constant("batch" as const),
      /** Which operations must be applicable: the others are left out, except the last in "all but one". */
      fits: fc.constantFrom("all", "all", "all but one", "nothing"),
      wishes: fc.array(wish, { minLength: 1, maxLength: 6 }),
      /** How far the batch's base is behind the head; -1 is beyond it. */
      behind: fc.option(fc.integer({ min: -1, max: 3 }), { nil: undefined, freq: 2 }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("restore" as const), of: fc.nat() }) },
);
export type PlannedStep = typeof step extends fc.Arbitrary<infer T> ? T : never;
type PlannedBatch = Extract<PlannedStep, { kind: "batch" }>;

/** Returns the batch of a plan for a history. */
export function batchOf(history: History, { wishes, behind, fits }: PlannedBatch): BatchInput {
  const back = fits === "nothing" ? behind : behind && Math.abs(behind);
  const batch: BatchInput = {
    operations: [],
    ...(back !== undefined && { expectedRevision: Math.max(0, headOf(history) - back) }),
  };
  for (const [place, one] of wishes.entries()) {
    const isFree = fits === "nothing" || (fits === "all but one" && place === wishes.length - 1);
    const operation = fits === "nothing" ? anyOperation(history, one) : fittingOperation(history, one, isFree);
    const operations = [...batch.operations, operation];
    if (isFree || faultsOf(history, { ...batch, operations }).size === 0) batch.operations = operations;
  }
  if (batch.operations.length === 0) batch.operations = [{ op: "write", path: "a", content: "alone" }];
  return batch;
}

const anyOperation = (history: History, one: Wish): Operation =>
  operationOf(one, one.op, one.path, one.content, expectedOf(one, treeAt(history, headOf(history)).get(one.path)));

function fittingOperation(history: History, one: Wish, isFree: boolean): Operation {
  const tree = treeAt(history, headOf(history));
  const path = fittingPath(one, [...tree.keys()]);
  const there = tree.get(path);
  const op = fittingOp(one, there !== undefined, tree.has(one.to));
  const content = (one.recodes && there ? recoded(there) : null) ?? one.content;
  const expected = isFree || one.expected === "right" ? one.expected : undefined;
  return operationOf(one, op, path, content, there ? expectedOf({ expected }, there) : {});
}

function operationOf(
  { to, language }: Wish,
  op: Wish["op"],
  path: string,
  content: Content,
  expected: { expectedSha256?: string },
): Operation {
  const told = language === undefined ? {} : { language };
  if (op === "delete") return { op, path, ...expected };
  if (op === "move") return { op, path, to, ...expected };
  if (op === "create") return { op, path, ...content, ...told };
  return { op, path, ...content, ...told, ...expected };
}

function expectedOf({ expected }: Pick<Wish, "expected">, there: ModelFile | undefined): { expectedSha256?: string } {
  if (expected === undefined) return {};
  return { expectedSha256: expected === "right" && there ? sha256Of(there.bytes) : "0".repeat(64) };
}

function fittingPath({ op, path, among }: Wish, there: string[]): string {
  const needsOne = op === "update" || op === "delete" || op === "move";
  return (needsOne && !there.includes(path) ? there[among % there.length] : undefined) ?? path;
}

function fittingOp({ op }: Wish, isThere: boolean, isTaken: boolean): Wish["op"] {
  if (!isThere) return op === "write" ? op : "create";
  if (op === "create" || (op === "move" && isTaken)) return "update";
  return op;
}

/** Returns the same bytes in the other encoding; null for binary content. */
function recoded({ bytes, encoding }: ModelFile): Content | null {
  if (encoding === "utf-8") return { content: bytes.toString("base64"), encoding: "base64" };
  const isText = Buffer.from(bytes.toString("utf8")).equals(bytes) && !bytes.includes(0);
  return isText ? { content: bytes.toString("utf8") } : null;
}
