import type { Plugin } from "esbuild-wasm";
import type { MountedProject } from "../engine/mounted-project.ts";
import type { ViteSettings } from "../vite/index.ts";
import { assetExtensions } from "./module-kinds.ts";

/**
 * Inlines small assets into the module or style sheet that imports them, as `vite build` does, which saves a request
 * each. An SVG with a fragment stays a file.
 */
export function inlineAssets(
  { assetsInlineLimit, assetExtensions: own }: Pick<ViteSettings, "assetsInlineLimit" | "assetExtensions">,
  project: MountedProject,
): Plugin {
  const extensions = [...assetExtensions, ...own.map((extension) => extension.slice(1))];
  return {
    name: "inline-assets",
    setup(build) {
      if (assetsInlineLimit <= 0) return;
      const filter = new RegExp(`\\.(${extensions.join("|")})$`);
      build.onLoad({ filter, namespace: "file" }, async ({ path, suffix }) => {
        if (suffix.startsWith("#")) return undefined;
        const contents = await project.files.read(path);
        if (contents === null || contents.byteLength >= assetsInlineLimit) return undefined;
        const quotable = withoutDoubleQuotes(path, contents);
        return quotable === null ? undefined : { contents: quotable, loader: "dataurl" };
      });
    },
  };
}

/** Quotes of one kind within the other, as vite's svgToDataURL looks for them (Vite 8.3). */
const NESTED_QUOTES = /"[^"']*'[^"]*"|'[^'"]*"[^']*'/;

/**
 * Makes a data URL safe within double quotes, such as those of a template's `src="${logo}"`: esbuild escapes none in text.
 * @returns the asset with an SVG's double quotes as single ones; null for text in which they cannot be replaced
 */
function withoutDoubleQuotes(path: string, contents: Uint8Array): Uint8Array | null {
  const text = textOf(contents);
  // esbuild encodes what is not UTF-8 as base64.
  if (text === null || !text.includes('"')) return contents;
  if (!path.endsWith(".svg") || /<(text|foreignObject)\b/.test(text) || NESTED_QUOTES.test(text)) return null;
  return new TextEncoder().encode(text.trim().replaceAll(/>\s+</g, "><").replaceAll('"', "'"));
}

function textOf(contents: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(contents);
  } catch {
    return null;
  }
}
