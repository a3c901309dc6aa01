import type { ToolDiagnostic } from "./diagnostic.ts";
import type { Tool, ToolRunner } from "./tool-runner.ts";
import { packagesFor, type VersionOf } from "./versions.ts";

/** `lang`: language of the file, or of a component's script. */
export type JsxSource = { path: string; content: string; lang: "tsx" | "jsx" };

export type JsxInput = { sources: JsxSource[]; production: boolean; versionOf: VersionOf };

/** Code without JSX; esbuild strips the types. */
export type JsxOutput = { code: string; lang: "ts" | "js"; diagnostics: ToolDiagnostic[] };

/**
 * Compiles JSX to Solid's DOM operations. Preact, React and Lit need no compiler of their own: esbuild's
 * `jsxImportSource` compiles the JSX of the first two, and Lit has none.
 * @throws ToolFailure when the compiler fails to run
 */
export function compileSolid(runner: ToolRunner, { sources, production, versionOf }: JsxInput): Promise<JsxOutput[]> {
  // Its peer range is Babel 7, which may differ from the project's own Babel.
  const chosen: VersionOf = (name) => (name === "@babel/core" ? null : (versionOf(name) ?? presetFor(versionOf)));
  const packages = packagesFor(chosen, "@babel/core", "babel-preset-solid");
  const tool: Tool = { name: "solid", entry: `${SOLID}\n${BABEL}`, packages };
  return runner.run<JsxOutput[]>(tool, { sources, production });
}

/** The preset has Solid's version numbers, and a newer one calls functions that an older Solid does not have. */
function presetFor(versionOf: VersionOf): string | null {
  const version = /^(\d+\.\d+)\.\d+$/.exec(versionOf("solid-js") ?? "");
  return version === null ? null : `>=${version[1]}.0 <=${version[0]}`;
}

/**
 * Compiles JSX to Vue's render functions, with support for Vue's directives.
 * @throws ToolFailure when the compiler fails to run
 */
export function compileVueJsx(runner: ToolRunner, { sources, production }: JsxInput): Promise<JsxOutput[]> {
  // The plugin is a dependency of @vitejs/plugin-vue-jsx, so projects name no version; the one for Babel 7 works with
  // every Vue 3.
  const packages = packagesFor(() => null, "@babel/core", "@vue/babel-plugin-jsx");
  const tool: Tool = { name: "vue-jsx", entry: `${VUE}\n${BABEL}`, packages };
  return runner.run<JsxOutput[]>(tool, { sources, production });
}

const SOLID = `
import solid from "babel-preset-solid";
const optionsOf = () => ({ presets: [[solid, { generate: "dom" }]] });`;

const VUE = `
import * as jsx from "@vue/babel-plugin-jsx";
const plugin = jsx.default?.default ?? jsx.default ?? jsx;
const optionsOf = ({ production }) => ({ plugins: [[plugin, { optimize: production }]] });`;

const BABEL = String.raw`
import * as babel from "@babel/core";

const { transformAsync } = babel.transformAsync ? babel : babel.default;

function diagnosticOf(path, error) {
  const { line, column } = error.loc ?? { line: 1, column: 0 };
  // Babel puts the file's name before its message, and the place and the lines around it behind.
  const message = error.message.replace(path + ": ", "").split(/ \(\d+:\d+\)|\n/)[0];
  return { path, line, column: column + 1, severity: "error", message };
}

async function compileSource({ path, content, lang }, request) {
  const isTyped = lang === "tsx";
  const result = { code: "", lang: isTyped ? "ts" : "js", diagnostics: [] };
  try {
    const { code } = await transformAsync(content, {
      ...optionsOf(request),
      filename: path,
      babelrc: false,
      configFile: false,
      // A large file would be printed without line breaks and with a note on the console.
      compact: false,
      parserOpts: { sourceType: "module", plugins: ["jsx", "decorators", ...(isTyped ? ["typescript"] : [])] },
    });
    return { ...result, code };
  } catch (error) {
    return { ...result, diagnostics: [diagnosticOf(path, error)] };
  }
}

export async function run(request) {
  const answers = [];
  for (const source of request.sources) answers.push(await compileSource(source, request));
  return answers;
}`;
