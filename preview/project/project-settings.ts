import type { Diagnostic } from "../../worker/contract/preview-rpc.ts";
import type { Mode } from "../engine/bundle.ts";
import type { Installation } from "../packages/install-packages.ts";
import type { ToolRunner } from "../tools/tool-runner.ts";
import { defaultSettings, readEnv, type ViteSettings } from "../vite/index.ts";
import { type Jsx, jsxOf } from "./jsx.ts";
import type { Manifest } from "./manifest.ts";
import { within } from "./paths.ts";
import type { SourceFiles } from "./source-files.ts";
import { emittingOptions, extendedPackages, readTsconfig, type Tsconfig } from "./tsconfig.ts";

/** Everything that a project's own configuration says of its build. */
export type ProjectSettings = {
  vite: ViteSettings;
  /** Variables that the app's code may see, by name. */
  env: Record<string, string>;
  /** What esbuild reads in place of the project's tsconfig.json. */
  compilerOptions: Record<string, unknown>;
  jsx: Jsx;
  diagnostics: Diagnostic[];
};

/** Reads the configuration of an app: vite.config, tsconfig.json and .env files. */
export async function readSettings(
  files: SourceFiles,
  root: string,
  { manifest, installation, mode }: { manifest: Manifest; installation: Installation; mode: Mode; runner: ToolRunner },
): Promise<ProjectSettings> {
  const vite = { ...defaultSettings(), root, publicDir: within(root, "public"), envDir: root };
  const tsconfig = readTsconfig(files, await installation.installed(extendedPackages(files)));
  const jsx = jsxOf(tsconfig, manifest);
  const env = readEnv(files, { root: vite.envDir, mode, prefixes: vite.envPrefix });
  return {
    vite,
    env: env.values,
    jsx,
    compilerOptions: bundlerOptions(tsconfig, jsx, files, root),
    diagnostics: [...vite.warnings, ...tsconfig.diagnostics, ...env.warnings],
  };
}

/** What of the project's options esbuild reads, for all of its files: JSX, the code that comes out, and import patterns. */
function bundlerOptions(tsconfig: Tsconfig, jsx: Jsx, files: SourceFiles, root: string): Record<string, unknown> {
  const source = within(root, "src/");
  const inSource = [...files.keys()].some((path) => path.startsWith(source));
  const patterns = { ...(inSource && { "@/*": [`${source}*`] }), ...tsconfig.paths };
  // Packages are beside the project's folder, and the file with these options is in the app's.
  const up = root === "" ? "./" : "../".repeat(root.split("/").length);
  const paths = Object.entries(patterns).map(([pattern, targets]) => [
    pattern,
    targets.map((target) => (target.startsWith("node_modules/") ? `${up}../${target}` : `${up}${target}`)),
  ]);
  return { ...emittingOptions(tsconfig), ...jsxOptions(jsx), paths: Object.fromEntries(paths) };
}

function jsxOptions(jsx: Jsx): Record<string, unknown> {
  if (jsx.runtime === "automatic") return { jsx: "react-jsx", jsxImportSource: jsx.importSource };
  return { jsx: "react", jsxFactory: jsx.factory, jsxFragmentFactory: jsx.fragment };
}
