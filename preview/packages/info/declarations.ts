const maxDeclarations = 6;
const maxDeclarationLength = 2_500;
const maxNames = 200;
const maxPackages = 20;
/** Comments right before a declaration describe its use. */
const maxCommentLength = 600;

const declared =
  /^[ \t]*(?:export\s+)?(?:default\s+)?(?:declare\s+)?(?:abstract\s+)?(?:async\s+)?(?:function|const|let|var|class|interface|type|enum|namespace)\s+([A-Za-z_$][\w$]*)/gm;
const exportAll = /export\s*\*\s*from\s*["']([^"'.][^"']*)["']/g;
const exportList = /export\s*(?:type\s*)?\{([^{}]*)\}/g;

/** Lists the names that declaration files export, as far as a scan without a compiler finds them. */
export function exportedNames(files: ReadonlyMap<string, string>): string[] {
  const names = new Set<string>();
  for (const text of files.values()) {
    for (const match of text.matchAll(exportList)) {
      for (const part of (match[1] ?? "").split(",")) {
        const name = part
          .trim()
          .split(/\s+as\s+/)
          .at(-1)
          ?.replace(/^type\s+/, "");
        if (name !== undefined && /^[A-Za-z_$][\w$]*$/.test(name)) names.add(name);
      }
    }
    for (const match of text.matchAll(declared)) {
      if (/^\s*export\b/.test(match[0]) && match[1] !== undefined) names.add(match[1]);
    }
  }
  names.delete("default");
  return [...names].sort();
}

/** Lists at most 200 names: those similar to the requested symbol, if any, shortest first. */
export function namesToShow(names: string[], symbol: string | undefined): string[] {
  const sought = symbol?.toLowerCase();
  if (sought === undefined) return names.slice(0, maxNames);
  const alike = names.filter((name) => name.toLowerCase().includes(sought));
  return alike.sort((one, other) => one.length - other.length).slice(0, maxNames);
}

/** Lists the packages that declaration files re-export as a whole. */
export const exportedAgain = (files: ReadonlyMap<string, string>): string[] =>
  [...new Set([...files.values()].flatMap((text) => [...text.matchAll(exportAll)].map(([, from]) => from ?? "")))]
    .filter((from) => from !== "")
    .slice(0, maxPackages);

/** Returns a name's declarations in declaration files, each with its comment, truncated. */
export function declarationsOf(files: ReadonlyMap<string, string>, symbol: string): { path: string; text: string }[] {
  const found: { path: string; text: string }[] = [];
  const seen = new Set<string>();
  for (const [path, text] of files) {
    for (const match of text.matchAll(declared)) {
      if (match[1] !== symbol) continue;
      const declaration = `${commentBefore(text, match.index)}${bodyFrom(text, match.index)}`.trim();
      // Packages have the same declarations once for ES modules and once for CommonJS.
      if (seen.has(declaration)) continue;
      seen.add(declaration);
      found.push({ path, text: declaration });
      if (found.length >= maxDeclarations) return found;
    }
  }
  return found;
}

function commentBefore(text: string, index: number): string {
  const before = text.slice(Math.max(0, index - maxCommentLength), index);
  const start = before.lastIndexOf("/**");
  return start >= 0 && /\*\/\s*$/.test(before) && before.indexOf("*/", start) === before.lastIndexOf("*/")
    ? `${before.slice(start).trim()}\n`
    : "";
}

/** Returns a declaration up to its semicolon, its closing brace or the maximum length. */
function bodyFrom(text: string, index: number): string {
  const end = Math.min(text.length, index + maxDeclarationLength);
  let depth = 0;
  for (let at = index; at < end; at++) {
    const character = text[at];
    if (character === "{" || character === "(" || character === "[") depth++;
    if (character === "}" || character === ")" || character === "]") depth--;
    if (depth === 0 && (character === ";" || (character === "}" && /^\s*\n/.test(text.slice(at + 1, at + 3))))) {
      return text.slice(index, at + 1);
    }
  }
  return end < text.length ? `${text.slice(index, end)} …` : text.slice(index, end);
}
