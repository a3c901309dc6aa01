import { packageNameOf } from "../engine/specifiers.ts";
import { errorAt, placeAt, placeOf, type ToolDiagnostic } from "./diagnostic.ts";
import { folderOf } from "./paths.ts";
import { type ReadStyle, readStyleGraph, type StyleGraph } from "./style-graph.ts";
import { type ImportedModule, importModules, importTable } from "./tool-modules.ts";
import type { Tool, ToolRunner } from "./tool-runner.ts";
import { packagesFor, type VersionOf } from "./versions.ts";

/** A style sheet, or a style block of a component, with the absolute path of its file. */
export type TailwindSheet = { path: string; css: string };

/** A source that Tailwind scans for class names, as its compiler reports it; `root: null` is the whole project. */
export type TailwindSource = { base: string; pattern: string; negated: boolean };
export type TailwindSources = { root: { base: string; pattern: string } | "none" | null; sources: TailwindSource[] };

export type TailwindInput = {
  sheets: TailwindSheet[];
  /** Resolves `@import` and `@reference`, of packages by their `style` condition too. */
  readStyle: ReadStyle;
  /** Returns the candidates in a sheet's sources; called only for sheets that generate utilities. */
  candidates: (sources: TailwindSources) => Iterable<string> | Promise<Iterable<string>>;
  /** The project's files by absolute path, for `@plugin "./x"` and `@config "./x"`. */
  files: ReadonlyMap<string, string>;
  versionOf: VersionOf;
  /** Returns the absolute path of a module of a package in the same repository; null for other packages. */
  ofWorkspace?: (specifier: string) => string | null;
  /** Icons for Iconify's plugins, by set. */
  icons?: Record<string, unknown>;
};

export type TailwindOutput = { css: string; diagnostics: ToolDiagnostic[] };

type Answer = ({ css: string } | { error: string })[];

/**
 * Compiles style sheets with Tailwind 4.
 * @returns for each sheet in order its CSS, with unchanged nesting; empty for a sheet with an error
 * @throws ToolFailure when the compiler fails to run, such as for a plugin that cannot be bundled
 */
export async function compileTailwind(runner: ToolRunner, input: TailwindInput): Promise<TailwindOutput[]> {
  const { sheets, candidates, readStyle } = input;
  const graph = await readStyleGraph(sheets, readStyle);
  const { tool, missing } = tailwindTool(graph, input);
  if (missing.length > 0)
    return sheets.map((sheet) => ({ css: "", diagnostics: missing.map((id) => noModule(sheet, id)) }));
  const request = {
    sheets: sheets.map(({ path, css }) => ({ css, base: folderOf(path) })),
    styles: graph.styles,
    icons: input.icons ?? {},
  };
  const answer = await runner.run<Answer>(tool, request, {
    candidates: async (sources: TailwindSources) => [...(await candidates(sources))],
  });
  return sheets.map((sheet, index) => {
    const result = answer[index];
    if (result === undefined) throw new Error("Tailwind answered for fewer sheets than it was given");
    if ("css" in result) return { css: result.css, diagnostics: [] };
    return { css: "", diagnostics: [diagnose(sheet, result.error, graph)] };
  });
}

/** Tailwind with the plugins and configurations of the project's style sheets bundled in. */
function tailwindTool(
  graph: StyleGraph,
  { files, versionOf, ofWorkspace = () => null }: TailwindInput,
): { tool: Tool; missing: string[] } {
  const { found, missing, modules } = importModules(graph.modules, files, { versionOf, ofWorkspace });
  const tool = {
    name: "tailwind",
    entry: entryFor(found),
    packages: { ...modules.packages, ...packagesFor(versionOf, "tailwindcss") },
    files: modules.files,
  };
  return { tool, missing };
}

function entryFor(found: ImportedModule[]): string {
  return `import { compile } from "tailwindcss";\n${importTable(found)}\n${ENTRY}`;
}

const ENTRY = String.raw`
const UTILITIES = 16;

async function compileSheet({ css, base }, styles, host) {
  const compiler = await compile(css, {
    base,
    loadStylesheet: async (id, from) => {
      const found = styles[from + "\n" + id];
      if (found === undefined) throw new Error('Cannot find the style sheet "' + id + '"');
      return found;
    },
    loadModule: async (id, from) => {
      const module = modules[from + "\n" + id];
      if (module === undefined) throw new Error('Cannot find "' + id + '"');
      return { path: id, base: from, module };
    },
  });
  const { root } = compiler;
  // Up to 4.0 they were globs, and none of them could be negated.
  const named = compiler.sources ?? compiler.globs.map((glob) => ({ ...glob, negated: false }));
  // Tailwind's scanner reads braces around one name, "*.{tsx}", as that name; other matchers look for the braces.
  const sources = named.map((one) => ({ ...one, pattern: one.pattern.replace(/\{([^{},.]*)\}/g, "$1") }));
  const makesUtilities = (compiler.features & UTILITIES) !== 0;
  return compiler.build(makesUtilities ? await host.candidates({ root, sources }) : []);
}

export async function run({ sheets, styles, icons }, host) {
  globalThis.__iconSets = icons;
  const answers = [];
  for (const sheet of sheets) {
    try {
      answers.push({ css: await compileSheet(sheet, styles[sheet.base] ?? {}, host) });
    } catch (error) {
      answers.push({ error: error instanceof Error ? error.message : String(error) });
    }
  }
  return answers;
}`;

/** Returns the diagnostic for a file or a package that a style sheet names and that was not found. */
export function noModule(sheet: TailwindSheet, id: string): ToolDiagnostic {
  const isFile = /^[./]/.test(id);
  const message = isFile
    ? `Cannot find the file "${id}".`
    : `Cannot find the package "${packageNameOf(id)}". Add it to the dependencies in package.json.`;
  return errorAt(sheet.path, placeOf(sheet.css, `"${id}"`, `'${id}'`), message);
}

/**
 * Tailwind's errors have no position, but quote the source: this searches for the quote, also in imported style
 * sheets.
 */
function diagnose(sheet: TailwindSheet, message: string, graph: StyleGraph): ToolDiagnostic {
  const quoted = [...message.matchAll(/`([^`]+)`|"([^"]+)"/g)].map(
    ([, inTicks, inQuotes]) => inTicks ?? inQuotes ?? "",
  );
  const imported = Object.values(graph.styles[folderOf(sheet.path)] ?? {}).map(({ path, content }) => ({
    path,
    css: content,
  }));
  for (const text of quoted) {
    for (const { path, css } of [sheet, ...imported]) {
      const offset = css.indexOf(text);
      if (offset >= 0) return errorAt(path, placeAt(css, offset), message);
    }
  }
  return errorAt(sheet.path, { line: 1, column: 1 }, message);
}
