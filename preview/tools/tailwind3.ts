import type { ToolDiagnostic } from "./diagnostic.ts";
import { folderOf } from "./paths.ts";
import { graphKey, readStyleGraph } from "./style-graph.ts";
import { noModule, type TailwindInput, type TailwindOutput, type TailwindSource } from "./tailwind.ts";
import { importModules, importTable } from "./tool-modules.ts";
import type { ToolRunner } from "./tool-runner.ts";
import { packagesFor, TAILWIND_3 } from "./versions.ts";

export type Tailwind3Input = Omit<TailwindInput, "candidates"> & {
  /** Absolute path of the project's `tailwind.config.*`, or null; `@config` in a sheet wins over it. */
  configPath: string | null;
  projectRoot: string;
  /** Reads the files of the configuration's `content`. Tailwind 3 extracts the classes itself, by its configuration. */
  contentFiles: (sources: TailwindSource[]) => ContentFile[] | Promise<ContentFile[]>;
};

type ContentFile = { content: string; extension: string };

type Problem = {
  path: string | null;
  line: number | null;
  column: number | null;
  severity: "error" | "warning";
  message: string;
};
type Answer = { css: string; problems: Problem[] }[];

/**
 * Compiles style sheets with Tailwind 3, with their imports inlined: Tailwind 4 would silently ignore `safelist` and
 * `corePlugins` of the old configuration.
 * @throws ToolFailure when the compiler fails to run, such as for a configuration that cannot be bundled
 */
export async function compileTailwind3(runner: ToolRunner, input: Tailwind3Input): Promise<TailwindOutput[]> {
  const { sheets, readStyle, files, versionOf, configPath, projectRoot, contentFiles } = input;
  const { ofWorkspace = () => null } = input;
  const graph = await readStyleGraph(sheets, readStyle);
  const configs = graph.modules.filter(({ id }) => /^[./]/.test(id));
  if (configPath !== null) configs.push({ id: configPath, base: projectRoot });
  const { found, missing, modules } = importModules(configs, files, { versionOf, ofWorkspace });
  if (missing.length > 0)
    return sheets.map((sheet) => ({ css: "", diagnostics: missing.map((id) => noModule(sheet, id)) }));
  const preflight = await readStyle("tailwindcss/lib/css/preflight.css", projectRoot);
  const ofTailwind = packagesFor(
    (name) => versionOf(name) ?? (name === "tailwindcss" ? TAILWIND_3 : null),
    "tailwindcss",
    "postcss",
  );
  const tool = {
    name: "tailwind3",
    entry: `${IMPORTS}\n${importTable(found)}\n${ENTRY}`,
    packages: { ...modules.packages, ...ofTailwind },
    files: modules.files,
  };
  const request = {
    sheets: sheets.map(({ path, css }) => ({ path, css, base: folderOf(path) })),
    styles: graph.styles,
    icons: input.icons ?? {},
    preflight: preflight?.content ?? "",
    projectRoot,
    config: configPath === null ? null : graphKey(projectRoot, configPath),
  };
  const answer = await runner.run<Answer>(tool, request, { contentFiles });
  return answer.map(({ css, problems }, index) => {
    const path = sheets[index]?.path ?? projectRoot;
    return { css, diagnostics: problems.map((problem) => diagnosticOf(problem, path)) };
  });
}

function diagnosticOf({ path, line, column, severity, message }: Problem, sheetPath: string): ToolDiagnostic {
  return { path: path ?? sheetPath, line: line ?? 1, column: column ?? 1, severity, message };
}

const IMPORTS = `import postcss from "postcss";
import * as features from "tailwindcss/lib/processTailwindFeatures.js";
import * as resolver from "tailwindcss/resolveConfig.js";
import * as logger from "tailwindcss/lib/util/log.js";`;

const ENTRY = String.raw`
const processTailwindFeatures = exportOf(features);
const resolveConfig = exportOf(resolver);
let notes = [];
/** The whole project is the content of each sheet and of each style block, so all have the same to say of it. */
let told = new Set();
const isNew = (note) => !told.has(note) && told.add(note);
/** What Tailwind would print, such as that its content has no class, belongs into the answer. The key of a note may be left out. */
exportOf(logger).warn = (...values) => {
  const lines = values.at(-1);
  // The advice to escape text in HTML is for no other language, and confuses where the class is meant.
  const isAmbiguous = / is ambiguous /.test(lines[0]);
  const kept = isAmbiguous ? lines.filter((line) => !line.includes("&lsqb;")) : lines;
  const text = kept.join(" ").replace(/\s+/g, " ");
  notes.push(isAmbiguous ? text + ". It has no effect as it is; text that only looks like a class can stay." : text);
};
const IMPORT = /^(?:url\(\s*)?["']([^"']+)["']\s*\)?\s*(.*)$/s;

/** Puts what a sheet imports in the place of the rule, as Vite does before Tailwind sees it. */
function inlineImports(root, base, styles, importers = []) {
  root.walkAtRules("import", (rule) => {
    const [, id, conditions] = IMPORT.exec(rule.params) ?? [];
    const found = styles[base + "\n" + id];
    if (found === undefined) return;
    if (importers.includes(found.path)) throw rule.error("This sheet imports itself.");
    const imported = postcss.parse(found.content, { from: found.path });
    inlineImports(imported, found.base, styles, [...importers, found.path]);
    rule.replaceWith(wrap(imported.nodes, conditions.trim()));
  });
}

function wrap(nodes, conditions) {
  const layer = /^layer(?:\(([^)]*)\))?\s*/.exec(conditions);
  const rest = layer ? conditions.slice(layer[0].length) : conditions;
  const supports = /^supports\(((?:[^()]|\([^()]*\))*)\)\s*/.exec(rest);
  const media = supports ? rest.slice(supports[0].length) : rest;
  const inMedia = media === "" ? nodes : [postcss.atRule({ name: "media", params: media, nodes })];
  const inSupports = supports ? [postcss.atRule({ name: "supports", params: "(" + supports[1] + ")", nodes: inMedia })] : inMedia;
  return layer ? [postcss.atRule({ name: "layer", params: layer[1] ?? "", nodes: inSupports })] : inSupports;
}

/** Tailwind reads its preflight from disk, which an isolate has not; a plugin of the same content stands first instead. */
function configure(config, preflight) {
  const resolved = resolveConfig(config);
  if (!resolved.corePlugins.includes("preflight")) return resolved;
  return {
    ...resolved,
    corePlugins: resolved.corePlugins.filter((name) => name !== "preflight"),
    plugins: [({ addBase }) => addBase(postcss.parse(preflight).nodes), ...(resolved.plugins ?? [])],
  };
}

/** Takes the sheet's own @config out and returns the configuration that it names, else the project's. */
function configOf(root, base, projectConfig) {
  let config = projectConfig === null ? {} : modules[projectConfig];
  root.walkAtRules("config", (rule) => {
    config = modules[base + "\n" + rule.params.slice(1, -1)] ?? config;
    rule.remove();
  });
  return config;
}

async function contentOf({ content }, host, projectRoot) {
  const patterns = content.files.filter((file) => typeof file === "string");
  const raw = content.files.filter((file) => typeof file !== "string");
  const sources = patterns.map((pattern) => ({
    base: projectRoot,
    pattern: pattern.replace(/^!/, ""),
    negated: pattern.startsWith("!"),
  }));
  const files = sources.length > 0 ? await host.contentFiles(sources) : [];
  return [...raw.map((file) => ({ content: file.raw, extension: file.extension ?? "html" })), ...files];
}

async function compileSheet({ path, css, base }, { styles, preflight, projectRoot, config }, host) {
  notes = [];
  const root = postcss.parse(css, { from: path });
  const own = configOf(root, base, config);
  inlineImports(root, base, styles[base] ?? {}, [path]);
  const tailwindConfig = configure(own, preflight);
  let hasDirectives = false;
  root.walkAtRules("tailwind", () => { hasDirectives = true; });
  const content = hasDirectives ? await contentOf(tailwindConfig, host, projectRoot) : [];
  const plugin = {
    postcssPlugin: "tailwindcss",
    Once: processTailwindFeatures(({ createContext }) => () => createContext(tailwindConfig, content)),
  };
  const result = await postcss([{ postcssPlugin: "tailwindcss", Once: (once, { result }) => plugin.Once(once, result) }])
    .process(root, { from: path, map: false });
  const problems = result.warnings().map(({ text, line, column, node }) => ({
    path: node?.source?.input.file ?? null, line: line ?? null, column: column ?? null, severity: "warning", message: text,
  }));
  problems.push(...notes.filter(isNew).map((message) => ({ path, line: null, column: null, severity: "warning", message })));
  return { css: result.css, problems };
}

export async function run(request, host) {
  globalThis.__iconSets = request.icons;
  told = new Set();
  const answers = [];
  for (const sheet of request.sheets) {
    try {
      answers.push(await compileSheet(sheet, request, host));
    } catch (error) {
      const { file = null, line = null, column = null, reason } = error;
      const message = reason ?? String(error.message ?? error);
      answers.push({ css: "", problems: [{ path: file, line, column, severity: "error", message }] });
    }
  }
  return answers;
}`;
