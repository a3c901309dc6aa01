import { LONGEST_IMPORT } from "./pattern-cost.ts";
import type { Alias } from "./vite-settings.ts";

/** Resolves an import by the first matching alias, as Vite does; null without a match. */
export function applyAlias(specifier: string, aliases: readonly Alias[]): string | null {
  for (const { find, replacement } of aliases) {
    if (typeof find === "string") {
      if (specifier === find) return replacement;
      // The app's own folder is "/", which has its slash already.
      if (specifier.startsWith(`${find}/`)) return replacement.replace(/\/$/, "") + specifier.slice(find.length);
      continue;
    }
    if (specifier.length > LONGEST_IMPORT) continue;
    const pattern = new RegExp(find.regex, find.flags);
    if (pattern.test(specifier)) return specifier.replace(new RegExp(find.regex, find.flags), replacement);
  }
  return null;
}
