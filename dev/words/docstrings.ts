import { parseSync } from "vite";
import type { Source } from "./sources.ts";

type Node = { type: string; start: number; end: number; [key: string]: unknown };

const isNode = (value: unknown): value is Node => typeof value === "object" && value !== null && "type" in value;

/** An exported function, with the docstring in front of it (empty without one), and whether it throws errors of its own. */
export type ExportedFunction = {
  path: string;
  name: string;
  docstring: string;
  throws: boolean;
};

/** Returns the functions that a module exports by declaration, as `function` or as a constant with an arrow function. */
export function exportedFunctions({ path, text }: Source): ExportedFunction[] {
  const { program, comments } = parseSync(path, text);
  return program.body.flatMap((statement) => {
    if (statement.type !== "ExportNamedDeclaration" || !isNode(statement.declaration)) return [];
    const docstring = docstringBefore(statement.start, text, comments);
    return functionsIn(statement.declaration).map(({ name, node }) => ({
      path,
      name,
      docstring,
      throws: throwsItself(node.body),
    }));
  });
}

type Comment = { type: string; value: string; start: number; end: number };

/** Returns the docstring that ends right before an offset, or before the line comments there; empty without one. */
function docstringBefore(start: number, text: string, comments: Comment[]): string {
  const block = comments.findLast(({ type, end }) => type === "Block" && end <= start);
  if (!block?.value.startsWith("*")) return "";
  const between = text.slice(block.end, start).replace(/^\s*\/\/.*$/gm, "");
  return between.trim() === "" ? block.value : "";
}

function functionsIn(declaration: Node): { name: string; node: Node }[] {
  if (declaration.type === "FunctionDeclaration") return [{ name: nameOf(declaration.id), node: declaration }];
  if (declaration.type !== "VariableDeclaration" || !Array.isArray(declaration.declarations)) return [];
  return declaration.declarations.flatMap(({ id, init }) =>
    isNode(init) && init.type === "ArrowFunctionExpression" ? [{ name: nameOf(id), node: init }] : [],
  );
}

const nameOf = (id: unknown): string => (isNode(id) && typeof id.name === "string" ? id.name : "");

/** Whether a function throws an error that it has created, outside of the functions within it; not one it has caught. */
function throwsItself(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(throwsItself);
  if (!isNode(value)) return false;
  if (/Function/.test(value.type)) return false;
  if (value.type === "ThrowStatement")
    return isNode(value.argument) && /^(New|Call)Expression$/.test(value.argument.type);
  return Object.values(value).some(throwsItself);
}
