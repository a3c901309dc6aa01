import type { Plugin } from "esbuild-wasm";
import type { MountedProject } from "../engine/mounted-project.ts";
import type { ViteSettings } from "../vite/index.ts";
import { withoutDoubleQuotes } from "./data-url.ts";
import { assetExtensions } from "./module-kinds.ts";

/**
 * Inlines small assets into the module or style sheet that imports them, as `vite build` does, which saves a request
 * each. An SVG with a fragment stays a file, and so does text with double quotes that cannot be replaced: esbuild takes no
 * ready-made URL for a style sheet.
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
