import type { Message, Plugin } from "esbuild-wasm";
import { unresolvedIn } from "./messages.ts";

/** A file of a package without a script's extension. */
const SUBPATH = /^(?:@[^/]+\/)?[^@./][^/]*\/.*(?<!\.[cm]?js|\.json|\.css)$/;
const EXTENSIONS = [".js", ".mjs", "/index.js"];
const TRIED = { tried: true };

/** Collects the unresolved imports of package files from a build's errors. */
export function withoutExtension(errors: Message[]): Set<string> {
  const specifiers = errors.flatMap((error) => unresolvedIn(error) ?? []);
  return new Set(specifiers.filter((specifier) => SUBPATH.test(specifier)));
}

/**
 * Adds extensions to imports of package files, as Vite does when a pattern in a package's `exports` resolves to a path
 * without an extension: `three/examples/jsm/libs/stats.module`.
 */
export function missingExtensions(specifiers: ReadonlySet<string>): Plugin {
  return {
    name: "missing-extensions",
    setup(build) {
      const filter = new RegExp(`^(${[...specifiers].map(escaped).join("|")})$`);
      build.onResolve({ filter }, async ({ path, kind, importer, resolveDir, pluginData }) => {
        if (pluginData === TRIED) return undefined;
        for (const extension of EXTENSIONS) {
          const found = await build.resolve(path + extension, { kind, importer, resolveDir, pluginData: TRIED });
          if (found.errors.length === 0) return found;
        }
        return undefined;
      });
    },
  };
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replaceAll("/", "\\/");
