import { isSequence, tokensOf } from "./tokens.ts";

const META_URL = ["import", ".", "meta", ".", "url"];

/**
 * Replaces `import.meta.url` by another expression, but not in strings and comments.
 * @param path of the module; its extension selects the language
 */
export function replaceMetaUrl(code: string, path: string, replacement: string): string {
  const tokens = tokensOf(code, path);
  let replaced = "";
  let from = 0;
  for (let index = 0; index < tokens.length; index++) {
    if (!isSequence(tokens, index, META_URL)) continue;
    replaced += code.slice(from, tokens[index]?.start) + replacement;
    from = tokens[index + META_URL.length - 1]?.end ?? from;
  }
  return replaced + code.slice(from);
}
