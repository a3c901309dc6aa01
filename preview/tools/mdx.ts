import type { ToolDiagnostic } from "./diagnostic.ts";
import type { ToolRunner } from "./tool-runner.ts";
import { packagesFor, type VersionOf } from "./versions.ts";

export type MdxInput = {
  sources: { path: string; content: string }[];
  production: boolean;
  /** Package with the `jsx-runtime` that the module imports, such as `react`. */
  jsxImportSource: string;
  versionOf: VersionOf;
};

export type MdxOutput = { code: string; diagnostics: ToolDiagnostic[] };

/**
 * Compiles MDX, and Markdown (`.md`) without JSX, to JavaScript modules that export a component. Plugins of remark and
 * rehype are unsupported.
 * @throws ToolFailure when the compiler fails to run
 */
export function compileMdx(runner: ToolRunner, input: MdxInput): Promise<MdxOutput[]> {
  const { sources, production, jsxImportSource, versionOf } = input;
  const tool = { name: "mdx", entry: ENTRY, packages: packagesFor(versionOf, "@mdx-js/mdx") };
  return runner.run<MdxOutput[]>(tool, { sources, production, jsxImportSource });
}

const ENTRY = `
import { compile } from "@mdx-js/mdx";

function diagnosticOf(path, error) {
  const place = error.place?.start ?? error.place ?? { line: error.line ?? 1, column: error.column ?? 1 };
  return { path, line: place.line, column: place.column, severity: "error", message: error.reason ?? error.message };
}

export async function run({ sources, production, jsxImportSource }) {
  const answers = [];
  for (const { path, content } of sources) {
    try {
      const format = path.endsWith(".md") ? "md" : "mdx";
      const code = await compile(content, { format, development: !production, jsxImportSource });
      answers.push({ code: String(code), diagnostics: [] });
    } catch (error) {
      answers.push({ code: "", diagnostics: [diagnosticOf(path, error)] });
    }
  }
  return answers;
}`;
