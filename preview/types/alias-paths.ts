import { NODE_MODULE, packageNameOf } from "../engine/specifiers.ts";
import { noPackages } from "../packages/installed-packages.ts";
import { aliasPatterns } from "../project/alias-patterns.ts";
import type { AppFolder } from "../project/app-folder.ts";
import { withAround } from "../project/around-app.ts";
import type { Manifest } from "../project/manifest.ts";
import { readTsconfig } from "../project/tsconfig.ts";
import type { ToolRunner } from "../tools/tool-runner.ts";
import { readViteSettings } from "../vite/index.ts";

const TYPED = /\.[mc]?tsx?$/;
const SPECIFIER = /(?:\bfrom|\bimport)\s*\(?\s*["']([^."'\n][^"'\n]*)["']/g;

/**
 * Returns the alias patterns in an app's vite.config, with their targets from the app's folder, so that a type check
 * resolves what the build resolves. Runs the configuration only when an import matches neither a package nor a pattern
 * in tsconfig.json.
 */
export async function aliasPaths(
  app: AppFolder,
  { all }: Manifest,
  workspace: ReadonlyMap<string, string>,
  runner: ToolRunner,
): Promise<Record<string, string[]>> {
  const { paths } = readTsconfig(app.files, noPackages, app);
  const isByPattern = matcherOf(["@/*", ...Object.keys(paths)]);
  const isKnown = (specifier: string): boolean => {
    const name = packageNameOf(specifier);
    return isByPattern(specifier) || Object.hasOwn(all, name) || workspace.has(name) || NODE_MODULE.test(specifier);
  };
  if (![...importsOf(app)].some((specifier) => !isKnown(specifier))) return {};
  const options = { mode: "development" as const, command: "serve" as const, root: app.root };
  const { alias, root } = await readViteSettings(withAround(app), runner, options);
  return aliasPatterns(alias, app.files, root);
}

function importsOf({ files }: AppFolder): Set<string> {
  const sources = [...files].flatMap(([path, content]) =>
    TYPED.test(path) && typeof content === "string" ? [content] : [],
  );
  return new Set(sources.flatMap((code) => [...code.matchAll(SPECIFIER)].map(([, specifier = ""]) => specifier)));
}

function matcherOf(patterns: string[]): (specifier: string) => boolean {
  const parts = patterns.filter((pattern) => pattern !== "*").map((pattern) => pattern.split("*"));
  return (specifier) =>
    parts.some(([before = "", after]) =>
      after === undefined ? specifier === before : specifier.startsWith(before) && specifier.endsWith(after),
    );
}
