import { type ModuleContext, ModuleEdits, type TransformedModule } from "./module-edits.ts";
import { transformDynamicImport } from "./transform-dynamic-import.ts";
import { transformGlob } from "./transform-glob.ts";
import { transformUrl } from "./transform-url.ts";

/**
 * Expands Vite's syntax that no browser supports: `import.meta.glob`, `new URL("./file", import.meta.url)`, `new
 * Worker(new URL(…))`, and imports with a variable path. A module without these stays byte for byte the same; line
 * numbers never change.
 *
 * @param code JavaScript or TypeScript source, with or without JSX
 * @param path the module's path relative to the project; its extension selects the language
 */
export function transformModule(code: string, path: string, context: ModuleContext): TransformedModule {
  const mayHaveGlob = code.includes(".glob");
  const mayHaveUrl = code.includes(".url") && code.includes("URL");
  const mayHaveMeta = code.includes("meta") && (mayHaveGlob || mayHaveUrl);
  const mayHaveTemplate = code.includes("${") && /\bimport\s*\(/.test(code);
  if (!mayHaveMeta && !mayHaveTemplate) return { code, changed: false, imports: [], diagnostics: [] };
  const edits = new ModuleEdits(code, path, context);
  for (let index = 0; index < edits.tokens.length; index++) {
    const value = edits.tokens[index]?.value;
    if (value === "import") index = transformDynamicImport(edits, transformGlob(edits, index));
    else if (value === "new") index = transformUrl(edits, index);
  }
  return edits.result();
}
