import type { OnLoadResult } from "esbuild-wasm";
import { contentTypeOf } from "./content-type.ts";

/** Quotes of one kind within the other, as Vite 8.3 looks for them in an SVG that it inlines. */
const NESTED_QUOTES = /"[^"']*'[^"]*"|'[^'"]*"[^']*'/;

/**
 * Makes an asset's data URL safe within double quotes, such as those of a template's `src="${logo}"`: esbuild escapes no quote in
 * text.
 * @returns the contents, an SVG's double quotes as single ones; null for text in which they cannot be replaced
 */
export function withoutDoubleQuotes(path: string, contents: Uint8Array): Uint8Array | null {
  const text = textOf(contents);
  // Contents that are not UTF-8 become base64.
  if (text === null || !text.includes('"')) return contents;
  if (!path.endsWith(".svg") || /<(text|foreignObject)\b/.test(text) || NESTED_QUOTES.test(text)) return null;
  return new TextEncoder().encode(text.trim().replaceAll(/>\s+</g, "><").replaceAll('"', "'"));
}

/** Returns the module of a script's import whose default export is the asset's data URL, without a double quote. */
export function dataUrlModule(path: string, contents: Uint8Array): OnLoadResult {
  const quotable = withoutDoubleQuotes(path, contents);
  if (quotable !== null) return { contents: quotable, loader: "dataurl" };
  const base64 = btoa(Array.from(contents, (byte) => String.fromCharCode(byte)).join(""));
  return { contents: `data:${contentTypeOf(path)};base64,${base64}`, loader: "text" };
}

function textOf(contents: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(contents);
  } catch {
    return null;
  }
}
