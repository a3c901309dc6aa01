import type { ToolDiagnostic } from "./diagnostic.ts";
import type { Tool, ToolRunner } from "./tool-runner.ts";
import { runUsable } from "./usable-plugins.ts";
import { packagesFor, type VersionOf } from "./versions.ts";

/** A PostCSS plugin: its module and its options. */
export type PostcssPlugin = { name: string; package: string; options: unknown };

export type PostcssInput = {
  sheets: { path: string; css: string }[];
  /** In the order in which they run. */
  plugins: PostcssPlugin[];
  versionOf: VersionOf;
};

export type PostcssOutput = { css: string; diagnostics: ToolDiagnostic[] };

type Problem = Omit<ToolDiagnostic, "path"> & { path: string | null };
type Answer = { css: string; problems: Problem[] }[];

/**
 * Runs plugins of PostCSS over style sheets.
 * @returns for each sheet in order its CSS, and why each plugin that was left out could not be run, by its name
 */
export async function runPostcss(
  runner: ToolRunner,
  { sheets, plugins, versionOf }: PostcssInput,
): Promise<{ outputs: PostcssOutput[]; failed: Map<string, string> }> {
  const run = async (used: PostcssPlugin[], some: PostcssInput["sheets"]): Promise<PostcssOutput[]> => {
    const request = { sheets: some, options: used.map(({ options }) => options) };
    const answer = await runner.run<Answer>(toolOf(used, versionOf), request);
    return answer.map(({ css, problems }, index) => ({
      css,
      diagnostics: problems.map((problem) => ({ ...problem, path: problem.path ?? some[index]?.path ?? "" })),
    }));
  };
  const { output, failed } = await runUsable(plugins, (used, isTrial) => run(used, isTrial ? [] : sheets));
  return { outputs: output ?? sheets.map(({ css }) => ({ css, diagnostics: [] })), failed };
}

function toolOf(plugins: PostcssPlugin[], versionOf: VersionOf): Tool {
  const imports = plugins.map(({ name }, index) => `import * as plugin${index} from ${JSON.stringify(name)};`);
  const used = plugins.map((_, index) => `exportOf(plugin${index})`);
  const packages = plugins.map((plugin) => [plugin.package, versionOf(plugin.package) ?? "latest"]);
  return {
    name: "postcss",
    entry: `import postcss from "postcss";\n${imports.join("\n")}\n${ENTRY}\nconst creators = [${used.join(", ")}];\n`,
    packages: { ...Object.fromEntries(packages), ...packagesFor(versionOf, "postcss") },
  };
}

const ENTRY = `
function exportOf(module) {
  const value = module.default ?? module;
  return value.__esModule ? value.default ?? value : value;
}

const placeOf = (node) => node?.source?.input?.file ?? null;

async function compile({ path, css }, plugins) {
  try {
    const result = await postcss(plugins).process(css, { from: path, map: false });
    const problems = result.warnings().map(({ text, line = 1, column = 1, node }) => ({ path: placeOf(node), line, column, severity: "warning", message: text }));
    return { css: result.css, problems };
  } catch (error) {
    const { file = null, line = 1, column = 1, reason = "It cannot be compiled by PostCSS: " + error.message } = error;
    return { css: "", problems: [{ path: file, line, column, severity: "error", message: reason }] };
  }
}

export async function run({ sheets, options }) {
  const plugins = creators.map((create, index) => (typeof create === "function" ? create(options[index]) : create));
  const answers = [];
  for (const sheet of sheets) answers.push(await compile(sheet, plugins));
  return answers;
}
`;
