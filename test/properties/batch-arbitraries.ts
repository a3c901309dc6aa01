import { Buffer } from "node:buffer";
import fc from "fast-check";
import type { BatchInput, Operation } from "../../worker/contract/index.ts";
import { type History, headOf, sha256Of, treeAt } from "./tree-model.ts";

/** Few paths, so that they meet: as files and folders of each other, and differing by case alone. */
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
// Some contents come again and again, in both encodings, since contents are kept by hash.
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

const sometimes = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 5 });

/** An operation before it has met a tree: `fits` has it take the form in which it can be applied there. */
const wish = fc.record({
  fits: fc.boolean().chain((one) => (one ? fc.constant(true) : fc.boolean())),
  op: fc.constantFrom("create", "update", "write", "delete", "move"),
  path,
  to: path,
  content,
  language: sometimes(fc.constantFrom("typescript", "poetry")),
  expected: fc.option(fc.constantFrom("right", "wrong"), { nil: undefined, freq: 3 }),
});
type Wish = typeof wish extends fc.Arbitrary<infer T> ? T : never;

export const step = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      kind: fc.constant("batch" as const),
      wishes: fc.array(wish, { minLength: 1, maxLength: 6 }),
      /** How far behind the head the batch's base lies; -1 is beyond it. */
      behind: fc.option(fc.integer({ min: -1, max: 3 }), { nil: undefined, freq: 3 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("restore" as const), of: fc.nat() }) },
);
export type PlannedStep = typeof step extends fc.Arbitrary<infer T> ? T : never;
type PlannedBatch = Extract<PlannedStep, { kind: "batch" }>;

/** The batch a plan means where the history is what it is. */
export function batchOf(history: History, { wishes, behind }: PlannedBatch): BatchInput {
  const head = headOf(history);
  const used = new Set<string>();
  const operations = wishes.flatMap((one) => {
    const operation = operationOf(history, one, used);
    return operation ? [operation] : [];
  });
  const first = { op: "write" as const, path: "a", content: "alone" };
  return {
    operations: operations.length > 0 ? operations : [first],
    ...(behind !== undefined && { expectedRevision: Math.max(0, head - behind) }),
  };
}

function operationOf(history: History, one: Wish, used: Set<string>): Operation | null {
  const tree = treeAt(history, headOf(history));
  const there = tree.get(one.path);
  const op = one.fits ? fitting(one, there !== undefined, tree.has(one.to)) : one.op;
  const touched = op === "move" ? [one.path, one.to] : [one.path];
  if (one.fits && (touched.some((each) => used.has(each)) || new Set(touched).size < touched.length)) return null;
  for (const each of touched) used.add(each);
  const right = there ? sha256Of(there.bytes) : sha256Of(Buffer.from("nothing"));
  const sha256 = one.expected === "right" || one.fits ? right : "0".repeat(64);
  const expected = one.expected !== undefined && (there || !one.fits) ? { expectedSha256: sha256 } : {};
  const language = one.language === undefined ? {} : { language: one.language };
  if (op === "delete") return { op, path: one.path, ...expected };
  if (op === "move") return { op, path: one.path, to: one.to, ...expected };
  if (op === "create") return { op, path: one.path, ...one.content, ...language };
  return { op, path: one.path, ...one.content, ...language, ...expected };
}

function fitting({ op }: Wish, isThere: boolean, isTaken: boolean): Wish["op"] {
  if (!isThere) return op === "write" ? op : "create";
  if (op === "create" || (op === "move" && isTaken)) return "update";
  return op;
}
