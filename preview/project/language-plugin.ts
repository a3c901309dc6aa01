import type { OnResolveResult, PartialMessage, Plugin, PluginBuild, ResolveOptions } from "esbuild-wasm";
import type { Diagnostic } from "../../worker/contract/preview-rpc.ts";
import { isByTsconfig } from "../engine/by-tsconfig.ts";
import type { MountedProject } from "../engine/mounted-project.ts";
import type { Installation } from "../packages/install-packages.ts";
import { type Alias, applyAlias } from "../vite/index.ts";
import type { Precompiled } from "./precompilation.ts";

/** Returns the plugin that passes compiled files and their diagnostics to esbuild. */
export function precompiledPlugin(
  modules: ReadonlyMap<string, Precompiled>,
  project: MountedProject,
  mark: (code: string, path: string) => string,
): Plugin {
  const extensions = new Set([...modules.keys()].map((path) => path.slice(path.lastIndexOf(".") + 1)));
  const byPath = new Map([...modules].map(([path, module]) => [project.at(path), module]));
  // An import may name a file in another case (mounted-files.ts).
  const inAnyCase = new Map([...byPath].map(([path, module]) => [path.toLowerCase(), module]));
  return {
    name: "compiled-modules",
    setup(build) {
      if (extensions.size === 0) return;
      const filter = new RegExp(`^${project.repository}/.*\\.(${[...extensions].join("|")})$`);
      build.onLoad({ filter, namespace: "file" }, ({ path }) => {
        const module = byPath.get(path) ?? inAnyCase.get(path.toLowerCase());
        if (module === undefined) return undefined;
        const ofKind = (severity: Diagnostic["severity"]) =>
          module.diagnostics.filter((one) => one.severity === severity).map((one) => toMessage(inBuild(one, project)));
        return {
          contents: mark(module.contents, path),
          loader: module.loader,
          errors: ofKind("error"),
          warnings: ofKind("warning"),
        };
      });
    },
  };
}

/** Returns a diagnostic of a file outside of the app's folder with the file's path in the build, by which messages know it. */
const inBuild = (diagnostic: Diagnostic, project: MountedProject): Diagnostic =>
  diagnostic.path.startsWith("../") ? { ...diagnostic, path: project.at(diagnostic.path) } : diagnostic;

/** Converts a diagnostic to esbuild's message format. */
export function toMessage({ path, line, column, message }: Diagnostic): PartialMessage {
  return { text: message, location: { file: path, line, column: Math.max(0, column - 1) } };
}

/** Resolves imports by the aliases of vite.config. */
export function aliasPlugin(aliases: readonly Alias[], project: MountedProject): Plugin {
  const named = aliases.flatMap(({ find }) => (typeof find === "string" ? [escaped(find)] : []));
  const isNamed = named.length === aliases.length;
  const relative = aliases.some((alias) => alias.relative !== undefined)
    ? aliases.map((alias) => ({ ...alias, replacement: alias.relative ?? alias.replacement }))
    : [];
  return {
    name: "aliases",
    setup(build) {
      if (aliases.length === 0) return;
      // JavaScript's regular expressions have syntax that Go's lack, so one such alias needs a filter that matches
      // every import.
      const filter = isNamed ? new RegExp(`^(${named.join("|")})(/.*)?$`) : /./;
      const resolveMeant = async (
        meant: string,
        path: string,
        options: Options,
      ): Promise<OnResolveResult | undefined> => {
        const isOwn = meant.startsWith("/");
        const found = await (meant.startsWith(PACKAGES)
          ? build.resolve(meant.slice(PACKAGES.length), { ...options, resolveDir: project.appFolder })
          : build.resolve(isOwn ? project.at(meant.slice(1)) : meant, options));
        if (isByTsconfig(found, { path, kind: options.kind, resolveDir: options.resolveDir }, project))
          return undefined;
        // The target of a catch-all alias may still be a package.
        return isOwn || found.errors.length === 0 ? found : undefined;
      };
      build.onResolve({ filter }, async ({ path, kind, importer, resolveDir, pluginData }) => {
        const meant = kind === "entry-point" || pluginData === ALIASED ? null : applyAlias(path, aliases);
        if (meant === null || meant === path) return undefined;
        const options = { kind, importer, resolveDir, pluginData: ALIASED };
        const beside = await besideImporter(applyAlias(path, relative), build, options);
        return beside ?? resolveMeant(meant, path, options);
      });
    },
  };
}

/** The packages of an app, which are not below its folder in a build. */
const PACKAGES = "/node_modules/";

type Options = Required<Pick<ResolveOptions, "kind" | "importer" | "resolveDir" | "pluginData">>;

/** Finds the file that an alias with a relative path means for its importer; null for other aliases and where nothing is there. */
async function besideImporter(
  meant: string | null,
  build: PluginBuild,
  options: Options,
): Promise<OnResolveResult | null> {
  if (!meant?.startsWith(".")) return null;
  const found = await build.resolve(meant, options);
  return found.errors.length === 0 ? found : null;
}

/**
 * Resolves imports of packages that vite.config dedupes to the project's own copy. Without other installed copies
 * there is no plugin, since each import that passes one costs time.
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
