import { applyAlias } from "./alias.ts";
import { globMatches, relative } from "./glob-import.ts";
import type { ModuleEdits } from "./module-edits.ts";
import { readTemplate } from "./template.ts";
import { closingIndex, isSequence } from "./tokens.ts";
import { mapOf } from "./transform-glob.ts";
import { IGNORED } from "./transform-url.ts";

const CHOOSE =
  "((modules, path) => modules[path]?.() ?? Promise.reject(new Error('Unknown variable dynamic import: ' + path)))";

/**
 * Expands an import with a template path at a token, such as `import(`./pages/${name}.tsx`)`, to a choice among the
 * matching files. As in Vite the folder and the extension must be literal; other imports stay unchanged.
 * @returns the index of the last token that was read
 */
export function transformDynamicImport(edits: ModuleEdits, index: number): number {
  const { tokens, code, path } = edits;
  const first = tokens[index + 2];
  if (!isSequence(tokens, index, ["import", "("]) || first?.type !== "TemplateHead") return index;
  const close = closingIndex(tokens, index + 1);
  const { parts, end } = readTemplate(tokens, index + 2, close);
  const start = tokens[index]?.start ?? 0;
  const isWhole = end + 1 === close || (isSequence(tokens, end + 1, [","]) && end + 2 === close);
  if (!isWhole || IGNORED.test(code.slice(start, first.start))) return index;
  const head = relativeHead(edits, parts[0] ?? "");
  const [tail = "", query] = (parts.at(-1) ?? "").split("?", 2);
  if (head === null || !/\.\w+$/.test(tail)) return index;
  const pattern = [head, ...parts.slice(1, -1), tail].join("*").replace(/\*+/g, "*");
  // The pattern would match every file of the module's own folder with that extension, itself included: Vite rejects it
  // too.
  if (/^\.\/\*\.\w+$/.test(pattern)) return index;
  const suffix = query === undefined ? "" : `?${query}`;
  const options = { base: null, exhaustive: false, caseSensitive: true, query: suffix };
  const matches = globMatches([pattern], path, options, edits.context);
  const literal = code.slice(first.end, tokens[end]?.end);
  const rest = suffix === "" ? literal : `${literal.slice(0, -suffix.length - 1)}\``;
  const key = `\`${head.replace(/[`\\$]/g, "\\$&")}\${${rest}`;
  edits.replace(
    start,
    tokens[close]?.end ?? start,
    `${CHOOSE}(${mapOf(edits, matches, { eager: false, import: null })}, ${key})`,
  );
  return close;
}

/** Returns the literal beginning of a path, relative to the module; null when it names no folder. */
function relativeHead({ path, context }: ModuleEdits, head: string): string | null {
  if (/^\.\.?\//.test(head)) return head;
  const aliased = applyAlias(head, context.aliases);
  if (!aliased?.startsWith("/")) return null;
  return relative(path.slice(0, Math.max(0, path.lastIndexOf("/"))), aliased.slice(1));
}
