import type { Diagnostic } from "../../worker/contract/preview-rpc.ts";
import { packageNameOf } from "../engine/specifiers.ts";
import type { Installation } from "../packages/install-packages.ts";
import { candidatesOf } from "../tools/candidates.ts";
import { errorAt } from "../tools/diagnostic.ts";
import type { ReadStyle } from "../tools/style-graph.ts";
import { compileTailwind, type TailwindOutput, type TailwindSheet, type TailwindSource } from "../tools/tailwind.ts";
import { filesOfSources } from "../tools/tailwind-sources.ts";
import { compileTailwind3 } from "../tools/tailwind3.ts";
import { ToolFailure, type ToolRunner } from "../tools/tool-runner.ts";
import { DEFAULT_VERSIONS, TAILWIND_3, type VersionOf } from "../tools/versions.ts";
import { normalize } from "./paths.ts";
import type { SourceFiles } from "./source-files.ts";
import { tailwindDirective } from "./tailwind.ts";
import { tailwindIcons } from "./tailwind-icons.ts";
import { candidatesOfPackages, filesOfPackages } from "./tailwind-packages.ts";

/** Folder of the project in the compilers' isolates. */
const PROJECT = "/project/";
const CONFIGS = [
  "tailwind.config.js",
  "tailwind.config.ts",
  "tailwind.config.cjs",
  "tailwind.config.mjs",
  "tailwind.config.mts",
];
/** Directives from before version 4, which identify a project of version 3. */
const OF_VERSION_3 = /@tailwind\s+(base|components|variants)\b|@layer\s+(base|components|utilities)[^;{]*\{[^}]*@apply/;
const STYLE_EXTENSIONS = ["", ".css", "/index.css"];

export type StyleCompiling = {
  files: SourceFiles;
  installation: Installation;
  runner: ToolRunner;
  /** The version that the project's lock or package.json names for a package. */
  versionOf: VersionOf;
};

/** A compiled style sheet; its diagnostics count when a module imports it. */
export type CompiledSheet = { css: string; diagnostics: Diagnostic[] };

/** The project's style sheets that Tailwind compiles, by path. */
export async function compileStyleSheets(compiling: StyleCompiling): Promise<Map<string, CompiledSheet>> {
  const { files } = compiling;
  const found = [...files].flatMap(([path, content]) =>
    typeof content === "string" && /\.(css|pcss|postcss)$/.test(path) && isTailwind(content)
      ? [{ path: PROJECT + path, css: content }]
      : [],
  );
  if (found.length === 0) return new Map();
  const outputs = await compileSheets(found, compiling).catch((failure: unknown) => notCompiled(found, failure));
  return new Map(
    found.map(({ path }, index) => {
      const { css, diagnostics } = outputs[index] ?? { css: "", diagnostics: [] };
      const own = diagnostics.map((diagnostic) => ({ ...diagnostic, path: fromProject(diagnostic.path) }));
      return [path.slice(PROJECT.length), { css, diagnostics: own }];
    }),
  );
}

/** Combines the results of two compilers in sequence: the second's sheets, with both diagnostics. */
export function joinSheets(
  first: ReadonlyMap<string, CompiledSheet>,
  second: ReadonlyMap<string, CompiledSheet>,
): Map<string, CompiledSheet> {
  const joined = new Map(first);
  for (const [path, { css, diagnostics }] of second)
    joined.set(path, { css, diagnostics: [...(first.get(path)?.diagnostics ?? []), ...diagnostics] });
  return joined;
}

/** Reports a failed compiler, such as one whose configuration or plugin throws, as errors of its sheets. */
function notCompiled(sheets: TailwindSheet[], failure: unknown): TailwindOutput[] {
  if (!(failure instanceof ToolFailure)) throw failure;
  const message = `It cannot be compiled: ${failure.message}`;
  return sheets.map(({ path }) => ({ css: "", diagnostics: [errorAt(path, { line: 1, column: 1 }, message)] }));
}

/** Whether a style sheet has rules that only Tailwind's compiler understands. */
export const isTailwind = (css: string): boolean =>
  tailwindDirective(css) !== null || /@import\s+(url\()?["']tailwindcss/.test(css);

/** Compiles sheets with the version of Tailwind that they are written for. */
export async function compileSheets(sheets: TailwindSheet[], compiling: StyleCompiling): Promise<TailwindOutput[]> {
  const { files, installation, runner, versionOf } = compiling;
  const texts = textsOf(files);
  const isOld = isVersion3(sheets, versionOf("tailwindcss"));
  const icons = await tailwindIcons(compiling);
  const shared = { sheets, files: texts, versionOf, icons, readStyle: readerOf(compiling, isOld) };
  const paths = [...texts.keys()];
  const contentOf = (found: string[]) =>
    found.map((path) => ({ content: texts.get(path) ?? "", extension: path.slice(path.lastIndexOf(".") + 1) }));
  const projectRoot = PROJECT.slice(0, -1);
  if (!isOld) {
    return compileTailwind(runner, {
      ...shared,
      candidates: async (sources) => {
        const seen = contentOf(filesOfSources(sources, paths, projectRoot));
        const own = seen.flatMap(({ content, extension }) => [...candidatesOf(content, extension)]);
        return new Set([...own, ...(await candidatesOfPackages(sources, installation, projectRoot))]);
      },
    });
  }
  const config = CONFIGS.find((name) => texts.has(`${projectRoot}/${name}`));
  return compileTailwind3(runner, {
    ...shared,
    configPath: config === undefined ? null : `${projectRoot}/${config}`,
    projectRoot,
    contentFiles: async (patterns: TailwindSource[]) => {
      const sources = { root: "none" as const, sources: patterns };
      const own = contentOf(filesOfSources(sources, paths, projectRoot));
      return [...own, ...(await filesOfPackages(sources, installation, projectRoot))];
    },
  });
}

function isVersion3(sheets: TailwindSheet[], version: string | null): boolean {
  const major = version === null ? null : /\d+/.exec(version)?.[0];
  if (major !== null && major !== undefined) return Number(major) < 4;
  return sheets.some(({ css }) => OF_VERSION_3.test(css));
}

const textsOf = (files: SourceFiles): ReadonlyMap<string, string> =>
  new Map([...files].flatMap(([path, content]) => (typeof content === "string" ? [[PROJECT + path, content]] : [])));

/** Resolves an import of a style sheet: a relative file, or a package's by its `style` condition. */
function readerOf({ files, installation, versionOf }: StyleCompiling, isOld: boolean): ReadStyle {
  const decoder = new TextDecoder();
  return async (id, base) => {
    const beside = STYLE_EXTENSIONS.map((extension) => normalize(`${fromProject(`${base}/`)}/${id}${extension}`));
    const own = beside.find((path) => typeof files.get(path) === "string");
    if (own !== undefined) return { path: PROJECT + own, content: String(files.get(own)) };
    const name = packageNameOf(id);
    if (/^[./]/.test(id) && !base.includes("/node_modules/")) return null;
    const tailwind = versionOf("tailwindcss") ?? (isOld ? TAILWIND_3 : DEFAULT_VERSIONS.tailwindcss);
    const importer = `${fromProject(`${base}/`)}/style.css`;
    const asked = /^[./]/.test(id) ? packageOf(importer) : name;
    const packages =
      asked === "tailwindcss"
        ? await installation.installed([asked], { tailwindcss: tailwind })
        : await installation.stylesOf(asked);
    const path = /^[./]/.test(id)
      ? STYLE_EXTENSIONS.map((extension) => normalize(`${fromProject(`${base}/`)}/${id}${extension}`)).find(
          (candidate) => packages.read(candidate) !== null,
        )
      : packages.resolve(id, importer, "client", "style");
    const content = path === null || path === undefined ? null : packages.read(path);
    return content === null || path === null || path === undefined
      ? null
      : { path: PROJECT + path, content: decoder.decode(content) };
  };
}

const packageOf = (path: string): string =>
  packageNameOf(path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length));

/** Converts a project path to the compilers' path. */
export const atProject = (path: string): string => PROJECT + path;

/** Converts a compilers' path to the project's. */
export const fromProject = (path: string): string => path.replace(/^\/project\/?/, "").replace(/\/$/, "");
