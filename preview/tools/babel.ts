import { packageNameOf } from "../engine/specifiers.ts";
import type { ToolDiagnostic } from "./diagnostic.ts";
import type { Tool, ToolRunner } from "./tool-runner.ts";
import { runUsable } from "./usable-plugins.ts";
import { packagesFor, type VersionOf } from "./versions.ts";

export type BabelInput = {
  sources: { path: string; content: string }[];
  /** Modules of Babel plugins and their options, in the order in which they run. */
  plugins: { name: string; options: unknown }[];
  production: boolean;
  versionOf: VersionOf;
};

export type BabelOutput = { code: string; diagnostics: ToolDiagnostic[] };

/**
 * Runs a project's Babel plugins over modules. JSX and types stay in the output, and its lines are those of the source.
 *
 * @returns the changed modules in order, or null without a usable plugin, and the reason for each failed plugin by its name
 */
export async function runBabel(
  runner: ToolRunner,
  { sources, plugins, production, versionOf }: BabelInput,
): Promise<{ outputs: BabelOutput[] | null; failed: Map<string, string> }> {
  const { output, failed } = await runUsable(plugins, (used, isTrial) => {
    const request = { sources: isTrial ? [] : sources, options: used.map(({ options }) => options), production };
    return runner.run<BabelOutput[]>(toolOf(used, versionOf), request);
  });
  return { outputs: output, failed };
}

function toolOf(plugins: BabelInput["plugins"], versionOf: VersionOf): Tool {
  const imports = plugins.map(({ name }, index) => `import * as plugin${index} from ${JSON.stringify(name)};`);
  const used = plugins.map((_, index) => `exportOf(plugin${index})`);
  const packages = plugins.map(({ name }) => [packageNameOf(name), versionOf(packageNameOf(name)) ?? "latest"]);
  return {
    name: "babel",
    entry: `${imports.join("\n")}\n${ENTRY}\nconst plugins = [${used.join(", ")}];\n`,
    // Most plugins are written for Babel 7, and those for 8 run in it as well.
    packages: { ...Object.fromEntries(packages), ...packagesFor(() => null, "@babel/core") },
  };
}

const ENTRY = String.raw`
import * as babel from "@babel/core";

const { transformAsync } = babel.transformAsync ? babel : babel.default;

function exportOf(module) {
  const value = module.default ?? module;
  return value.__esModule ? value.default ?? value : value;
}

function diagnosticOf(path, error) {
  const { line, column } = error.loc ?? { line: 1, column: 0 };
  const message = error.message.replace(path + ": ", "").split(/ \(\d+:\d+\)|\n/)[0];
  return { path, line, column: column + 1, severity: "error", message };
}

function syntaxOf(path) {
  if (/\.[cm]?ts$/.test(path)) return ["typescript"];
  return path.endsWith(".tsx") ? ["typescript", "jsx"] : ["jsx"];
}

async function compileSource({ path, content }, { options, production }) {
  try {
    const { code } = await transformAsync(content, {
      plugins: plugins.map((plugin, index) => [plugin, options[index]]),
      filename: path,
      envName: production ? "production" : "development",
      babelrc: false,
      configFile: false,
      compact: false,
      retainLines: true,
      parserOpts: { sourceType: "module", plugins: ["decorators", "importAttributes", ...syntaxOf(path)] },
    });
    return { code, diagnostics: [] };
  } catch (error) {
    // esbuild reports errors of syntax, in the words of all other builds.
    const isSyntax = error.code === "BABEL_PARSE_ERROR";
    return { code: content, diagnostics: isSyntax ? [] : [diagnosticOf(path, error)] };
  }
}

export async function run(request) {
  const outputs = [];
  for (const source of request.sources) outputs.push(await compileSource(source, request));
  return outputs;
}`;
