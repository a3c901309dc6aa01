import type { Diagnostic } from "../../worker/contract/preview-rpc.ts";
import { packageNameOf } from "../engine/specifiers.ts";
import type { Installation } from "../packages/install-packages.ts";
import { candidatesOf } from "../tools/candidates.ts";
import { errorAt } from "../tools/diagnostic.ts";
import { resolvePath } from "../tools/paths.ts";
import type { ReadStyle } from "../tools/style-graph.ts";
import {
  compileTailwind,
  type TailwindOutput,
  type TailwindSheet,
  type TailwindSource,
  type TailwindSources,
} from "../tools/tailwind.ts";
import { filesOfSources } from "../tools/tailwind-sources.ts";
import { compileTailwind3 } from "../tools/tailwind3.ts";
import { ToolFailure, type ToolRunner } from "../tools/tool-runner.ts";
import { DEFAULT_VERSIONS, TAILWIND_3, type VersionOf } from "../tools/versions.ts";
import { folderOf, join, workspaceModule } from "../vite/index.ts";
import { shortest, withAround } from "./around-app.ts";
import type { SourceFiles } from "./source-files.ts";
import { tailwindDirective } from "./tailwind.ts";
import { tailwindIcons } from "./tailwind-icons.ts";
import { candidatesOfPackages, filesOfPackages, type ScannedFile } from "./tailwind-packages.ts";

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
/** Conditions of `exports` for modules of configurations. */
const CONDITIONS = ["import", "module", "require", "node", "default"];
const STYLE_EXTENSIONS = ["", ".css", "/index.css"];

export type StyleCompiling = {
  files: SourceFiles;
  installation: Installation;
  runner: ToolRunner;
  /** The version that the project's lock or package.json names for a package. */
  versionOf: VersionOf;
  /** The app's folder in the project, and the project's other files. */
  root: string;
  around: SourceFiles;
  /** Those of the other files that are part of the app (around-app.ts), by path from the app's folder. */
  beside?: SourceFiles;
};

/** A compiled style sheet; its diagnostics count when a module imports it. */
export type CompiledSheet = { css: string; diagnostics: Diagnostic[] };

/** The project's style sheets that Tailwind compiles, by path. */
export async function compileStyleSheets(compiling: StyleCompiling): Promise<Map<string, CompiledSheet>> {
  const { files } = compiling;
  const found = [...files].flatMap(([path, content]) =>
    typeof content === "string" && /\.(css|pcss|postcss)$/.test(path) && needsTailwind(path, content, files)
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
const isTailwind = (css: string): boolean =>
  tailwindDirective(css) !== null || /@import\s+(url\()?["']tailwindcss/.test(css);

const IMPORT = /@import\s+(["'])(\.{0,2}[^"':]+)\1/g;

/**
 * Whether Tailwind compiles a sheet, as `@tailwindcss/vite` does with each sheet that a module imports and all that it imports: rules of
 * one, such as `@theme`, count for the classes that another of them makes.
 */
export function needsTailwind(path: string, css: string, files: SourceFiles, seen = new Set([path])): boolean {
  if (isTailwind(css)) return true;
  for (const [, , id = ""] of css.matchAll(IMPORT)) {
    const named = STYLE_EXTENSIONS.map((extension) => join(folderOf(path), id + extension));
    const imported = named.find((candidate) => typeof files.get(candidate) === "string");
    if (imported === undefined || seen.has(imported)) continue;
    seen.add(imported);
    if (needsTailwind(imported, String(files.get(imported)), files, seen)) return true;
  }
  return false;
}

/** Compiles sheets with the version of Tailwind that they are written for. */
export async function compileSheets(sheets: TailwindSheet[], compiling: StyleCompiling): Promise<TailwindOutput[]> {
  const { files, beside = new Map(), root, around, installation, runner, versionOf } = compiling;
  const texts = textsOf(new Map([...files, ...beside]));
  const all = withAround({ files, root, around });
  const ofWorkspace = (specifier: string): string | null => {
    const path = workspaceModule(specifier, all, CONDITIONS);
    return path === null ? null : PROJECT + path;
  };
  const isOld = isVersion3(sheets, versionOf("tailwindcss"));
  const icons = await tailwindIcons(compiling);
  const shared = { sheets, files: texts, versionOf, ofWorkspace, icons, readStyle: readerOf(compiling, isOld) };
  const projectRoot = PROJECT.slice(0, -1);
  const scanned = scannerOf(texts, root);
  if (!isOld) {
    return compileTailwind(runner, {
      ...shared,
      candidates: async (sources) => {
        const own = scanned(sources).flatMap(({ content, extension }) => [...candidatesOf(content, extension)]);
        return new Set([...own, ...(await candidatesOfPackages(sources, installation, projectRoot))]);
      },
    });
  }
  const outputs = new Map<TailwindSheet, TailwindOutput>();
  for (const [folder, group] of byConfiguredFolder(sheets, texts, projectRoot)) {
    const config = CONFIGS.find((name) => texts.has(`${folder}/${name}`));
    const made = await compileTailwind3(runner, {
      ...shared,
      sheets: group,
      configPath: config === undefined ? null : `${folder}/${config}`,
      projectRoot: folder,
      contentFiles: async (patterns: TailwindSource[]) => {
        const sources = { root: "none" as const, sources: patterns };
        return [...scanned(sources), ...(await filesOfPackages(sources, installation, projectRoot))];
      },
    });
    group.forEach((sheet, index) => {
      const output = made[index];
      if (output !== undefined) outputs.set(sheet, output);
    });
  }
  return sheets.flatMap((sheet) => outputs.get(sheet) ?? []);
}

/**
 * Groups sheets by the folder of their configuration of Tailwind 3: that of the app, or without one the nearest folder above each sheet that
 * has one, as of a package in the repository that builds its styles by itself.
 */
function byConfiguredFolder(
  sheets: TailwindSheet[],
  texts: ReadonlyMap<string, string>,
  projectRoot: string,
): Map<string, TailwindSheet[]> {
  const hasConfig = (folder: string): boolean => CONFIGS.some((name) => texts.has(`${folder}/${name}`));
  const folderFor = (sheet: TailwindSheet): string => {
    for (let folder = folderOf(sheet.path); folder.includes("/"); folder = folderOf(folder))
      if (hasConfig(folder)) return folder;
    return projectRoot;
  };
  if (hasConfig(projectRoot)) return new Map([[projectRoot, sheets]]);
  return Map.groupBy(sheets, folderFor);
}

/**
 * Returns a function that reads the app's files that a sheet's sources scan for classes. Patterns may lead out of the app's folder and
 * into it again, so they are resolved where its files are in the project.
 */
function scannerOf(texts: ReadonlyMap<string, string>, root: string): (sources: TailwindSources) => ScannedFile[] {
  const inProject = (path: string): string =>
    path.startsWith("/") ? resolvePath(PROJECT + root, fromProject(path)) : path;
  const placed = new Map([...texts].map(([path, text]) => [inProject(path), text]));
  const projectRoot = inProject(PROJECT);
  return ({ root: base, sources }) => {
    const found = filesOfSources(
      {
        root: base === null || base === "none" ? base : { ...base, base: inProject(base.base) },
        sources: sources.map((one) => ({ ...one, base: inProject(one.base) })),
      },
      placed.keys(),
      projectRoot,
    );
    return found.map((path) => ({
      content: placed.get(path) ?? "",
      extension: path.slice(path.lastIndexOf(".") + 1),
    }));
  };
}

function isVersion3(sheets: TailwindSheet[], version: string | null): boolean {
  const major = version === null ? null : /\d+/.exec(version)?.[0];
  if (major !== null && major !== undefined) return Number(major) < 4;
  return sheets.some(({ css }) => OF_VERSION_3.test(css));
}

const textsOf = (files: SourceFiles): ReadonlyMap<string, string> =>
  new Map([...files].flatMap(([path, content]) => (typeof content === "string" ? [[PROJECT + path, content]] : [])));

/** Resolves an import of a style sheet: a relative file, or a package's by its `style` condition. */
function readerOf(compiling: StyleCompiling, isOld: boolean): ReadStyle {
  const { root, around, beside = new Map(), installation, versionOf } = compiling;
  const decoder = new TextDecoder();
  const files = new Map([...compiling.files, ...beside]);
  const all = withAround({ files: compiling.files, root, around });
  const ownSheet = (id: string, base: string): string | undefined => {
    const ofWorkspace = /^[./]/.test(id) ? null : workspaceModule(id, all, ["style", "import", "default"], "style");
    const named = ofWorkspace ?? `${fromProject(`${base}/`)}/${id}`;
    const candidates = STYLE_EXTENSIONS.map((extension) => shortest(join("", named + extension), root));
    return candidates.find((path) => typeof files.get(path) === "string");
  };
  return async (id, base) => {
    const own = ownSheet(id, base);
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
      ? STYLE_EXTENSIONS.map((extension) => join("", `${fromProject(`${base}/`)}/${id}${extension}`)).find(
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
