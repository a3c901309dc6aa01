import type { OnResolveResult, PartialMessage, Plugin } from "esbuild-wasm";
import type { Diagnostic } from "../../worker/contract/preview-rpc.ts";
import type { MountedProject } from "../engine/mounted-project.ts";
import type { Installation } from "../packages/install-packages.ts";
import { type Alias, applyAlias } from "../vite/index.ts";
import type { Precompiled } from "./precompile.ts";

/** Hands esbuild what compilers made of a project's files, with what they found wrong. */
export function precompiledPlugin(
  modules: ReadonlyMap<string, Precompiled>,
  project: MountedProject,
  mark: (code: string) => string,
): Plugin {
  const extensions = new Set([...modules.keys()].map((path) => path.slice(path.lastIndexOf(".") + 1)));
  return {
    name: "compiled-modules",
    setup(build) {
      if (extensions.size === 0) return;
      const filter = new RegExp(`^${project.at("")}.*\\.(${[...extensions].join("|")})$`);
      build.onLoad({ filter, namespace: "file" }, ({ path }) => {
        const module = modules.get(path.slice(project.at("").length));
        if (module === undefined) return undefined;
        const ofKind = (severity: Diagnostic["severity"]) =>
          module.diagnostics.filter((one) => one.severity === severity).map(toMessage);
        return {
          contents: mark(module.contents),
          loader: module.loader,
          errors: ofKind("error"),
          warnings: ofKind("warning"),
        };
      });
    },
  };
}

/** A diagnostic as esbuild takes it from a plugin, with its place. */
export function toMessage({ path, line, column, message }: Diagnostic): PartialMessage {
  return { text: message, location: { file: path, line, column: Math.max(0, column - 1) } };
}

/** Finds what an import means by the aliases of vite.config. */
export function aliasPlugin(aliases: readonly Alias[], project: MountedProject): Plugin {
  const named = aliases.flatMap(({ find }) => (typeof find === "string" ? [escaped(find)] : []));
  const isNamed = named.length === aliases.length;
  return {
    name: "aliases",
    setup(build) {
      if (aliases.length === 0) return;
      // A regular expression of JavaScript may have what Go's has not, so with one every import comes by.
      const filter = isNamed ? new RegExp(`^(${named.join("|")})(/.*)?$`) : /./;
      build.onResolve(
        { filter },
        async ({ path, kind, importer, resolveDir, pluginData }): Promise<OnResolveResult | undefined> => {
          if (kind === "entry-point" || pluginData === ALIASED) return undefined;
          const meant = applyAlias(path, aliases);
          if (meant === null || meant === path) return undefined;
          const target = meant.startsWith("/") ? project.at(meant.slice(1)) : meant;
          const found = await build.resolve(target, { kind, importer, resolveDir, pluginData: ALIASED });
          // What an alias for everything else means may still be a package.
          return found.errors.length > 0 && !meant.startsWith("/") ? undefined : found;
        },
      );
    },
  };
}

/**
 * Lets imports of packages that vite.config dedupes mean the project's own copy, from wherever they are imported. There is no plugin
 * where no other copy is installed: each import that passes one costs time.
 */
export function dedupePlugin(names: readonly string[], { packages }: Installation, project: MountedProject): Plugin[] {
  const doubled = names.filter((name) => packages.filter((one) => one.name === name).length > 1);
  if (doubled.length === 0) return [];
  const filter = new RegExp(`^(${doubled.map(escaped).join("|")})(/.*)?$`);
  const setup: Plugin["setup"] = (build) => {
    build.onResolve({ filter }, ({ path, kind, importer, resolveDir, pluginData }) => {
      if (kind === "entry-point" || pluginData === DEDUPED || !resolveDir.includes("/node_modules/")) return undefined;
      return build.resolve(path, { kind, importer, resolveDir: project.appFolder, pluginData: DEDUPED });
    });
  };
  return [{ name: "dedupe", setup }];
}

const DEDUPED = { deduped: true };
const ALIASED = { aliased: true };
const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replaceAll("/", "\\/");
