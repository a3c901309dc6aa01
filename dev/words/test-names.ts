import { parseSync } from "vite";

type Node = { type: string; [key: string]: unknown };

const isNode = (value: unknown): value is Node => typeof value === "object" && value !== null && "type" in value;

/** Returns the names passed to `it` and `test` in a file, including `it.each(…)`, `it.skipIf(…)` and the like. */
export const testNames = (path: string, text: string): string[] =>
  nodesIn(parseSync(path, text).program).flatMap((node) => {
    if (node.type !== "CallExpression" || !isTest(node.callee) || !Array.isArray(node.arguments)) return [];
    return node.arguments.slice(0, 1).flatMap(textOf);
  });

/** Returns a syntax tree's nodes in source order. */
const nodesIn = (value: unknown): Node[] => {
  if (Array.isArray(value)) return value.flatMap(nodesIn);
  return isNode(value) ? [value, ...Object.values(value).flatMap(nodesIn)] : [];
};

/** Whether a callee is a test function: `it`, `it.only`, `it.each(rows)` and the like. */
function isTest(callee: unknown): boolean {
  if (!isNode(callee)) return false;
  if (callee.type === "Identifier") return callee.name === "it" || callee.name === "test";
  if (callee.type === "MemberExpression") return isTest(callee.object);
  if (callee.type === "CallExpression") return isTest(callee.callee);
  return callee.type === "TaggedTemplateExpression" && isTest(callee.tag);
}

/** Returns a name's text, with `…` for each interpolation; an empty list when the argument is no literal. */
function textOf(name: unknown): string[] {
  if (!isNode(name)) return [];
  if (name.type === "Literal") return typeof name.value === "string" ? [name.value] : [];
  return name.type === "TemplateLiteral" && Array.isArray(name.quasis) ? [name.quasis.map(cookedText).join("…")] : [];
}

const cookedText = (part: unknown): string => {
  const value = isNode(part) ? part.value : undefined;
  return typeof value === "object" && value !== null && "cooked" in value ? String(value.cooked) : "";
};

const determiners =
  /^(a|an|the|each|every|all|any|no|one|two|three|both|only|another|many|several|some|it|its|their|this|nobody|nothing)$/;

/**
 * Whether a test's name reads as a sentence without its describe: at least four words, of which the first can begin a
 * subject: a determiner, or a word with a capital letter or punctuation in it (`POST`, `applyBatch`, `.env`, %s).
 */
export function readsAsSentence(name: string): boolean {
  const words = name.trim().split(/\s+/);
  const [first = ""] = words;
  return words.length >= 4 && (determiners.test(first) || /[^a-z0-9'’]/.test(first.replace(/[,:;]$/, "")));
}
