import type { Loader } from "esbuild-wasm";
import type { Diagnostic } from "../../worker/contract/preview-rpc.ts";
import type { RunPlugins } from "./postcss-sheets.ts";
import type { ProjectSettings } from "./project-settings.ts";
import type { SourceFiles } from "./source-files.ts";
import { atProject, fromProject, type StyleCompiling } from "./style-sheets.ts";
import type { ResolveIcon } from "./vue-auto-imports.ts";

/** A compiled file; its diagnostics count when a module imports it. */
export type Precompiled = { contents: string; loader: Loader; diagnostics: Diagnostic[] };

/** Style sheets that a preprocessor compiles; partial ones, which others load, begin with an underscore. */
export const PREPROCESSED = /\.(scss|sass|less)$/;

export type PrecompileInput = StyleCompiling & {
  settings: ProjectSettings;
  /** Runs the project's PostCSS plugins over compiled style sheets. */
  runPlugins: RunPlugins;
  /** Imports the icons that a template names; null without unplugin-icons. */
  resolveIcon: ResolveIcon | null;
  production: boolean;
  /** The app's files, where those to be compiled are of packages: a setting may put sheets of the app before theirs. */
  ofApp?: SourceFiles;
};

/**
 * Compiled files by path, and the files that the compilers generated. `blockIds`: the names that Vite has for style blocks of
 * components, by the path of the file that was generated for them.
 */
export type Precompilation = {
  modules: Map<string, Precompiled>;
  beside: Map<string, string>;
  blockIds: Map<string, string>;
};

/** A file that a compiler reads. */
export type Source = { path: string; content: string };
type Output = {
  diagnostics: { path: string; line: number; column: number; severity: "error" | "warning"; message: string }[];
};

/** Returns a file under its path in a compiler's isolate. */
export const inTool = ({ path, content }: Source): Source => ({ path: atProject(path), content });
/** Returns diagnostics of a compiler under the paths of the project. */
export const own = (outputs: Output["diagnostics"]): Diagnostic[] =>
  outputs.map((diagnostic) => ({ ...diagnostic, path: fromProject(diagnostic.path) }));
