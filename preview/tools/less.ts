import type { ToolDiagnostic } from "./diagnostic.ts";
import { folderOf, resolvePath } from "./paths.ts";
import { rewriteUrls } from "./rewrite-urls.ts";
import type { StyleFiles, StyleOutput, StyleSource } from "./style-files.ts";
import type { ToolRunner } from "./tool-runner.ts";
import { packagesFor, type VersionOf } from "./versions.ts";

/** Vite's `css.preprocessorOptions.less`, without functions. */
export type LessOptions = {
  additionalData?: string;
  modifyVars?: Record<string, string>;
  globalVars?: Record<string, string>;
  math?: string;
};

export type LessInput = StyleFiles & {
  sheets: StyleSource[];
  versionOf: VersionOf;
  options?: LessOptions;
  /** Folders to search for imports that are not relative to the sheet. */
  loadPaths?: string[];
};

/** Maximum imports of one run: sheets that import each other with `(multiple)` would never end. */
const MAX_IMPORTS = 1_500;

type Answer = {
  css: string;
  dependencies: string[];
  error: (Omit<ToolDiagnostic, "severity" | "path"> & { path: string }) | null;
};

/**
 * Compiles Less. Inline JavaScript is unsupported, since a Worker cannot evaluate strings.
 * @returns for each sheet in order its CSS, whose relative URLs are relative to the sheet
 * @throws ToolFailure when the compiler fails to run
 */
export async function compileLess(runner: ToolRunner, input: LessInput): Promise<StyleOutput[]> {
  const { sheets, versionOf, options = {} } = input;
  const { additionalData = "", ...lessOptions } = options;
  const added = additionalData === "" ? "" : `${additionalData}\n`;
  const tool = { name: "less", entry: ENTRY, packages: packagesFor(versionOf, "less") };
  const request = {
    sheets: sheets.map(({ path, content }) => ({ path, content: added + content })),
    options: lessOptions,
  };
  let imports = 0;
  const answer = await runner.run<Answer[]>(tool, request, {
    load: (id: string, folder: string, root: string) => {
      imports += 1;
      if (imports > MAX_IMPORTS) throw new Error(`More than ${MAX_IMPORTS} style sheets are imported.`);
      return load(id, folder, root, input);
    },
  });
  const addedLines = added.split("\n").length - 1;
  return sheets.map(({ path }, index) => {
    const result = answer[index];
    if (result === undefined) throw new Error("Less answered for fewer sheets than it was given");
    const { css, dependencies, error } = result;
    if (error === null) return { css, dependencies, diagnostics: [] };
    const line = error.path === path ? Math.max(1, error.line - addedLines) : error.line;
    return { css, dependencies, diagnostics: [{ ...error, line, severity: "error" as const }] };
  });
}

/** Resolves an import: relative to the file, then by aliases and packages. */
async function load(id: string, folder: string, root: string, { readFile, resolve, loadPaths = [] }: LessInput) {
  const name = id.replace(/^~/, "");
  const isRelative = /^\.{1,2}\//.test(name);
  const beside = resolvePath(folder, name);
  const elsewhere = isRelative ? null : await resolve(name, folder);
  const inPaths = loadPaths.map((path) => resolvePath(path, name));
  for (const path of [beside, ...inPaths, ...(elsewhere === null ? [] : [elsewhere])]) {
    for (const file of /\.(less|css)$/.test(path) ? [path] : [`${path}.less`, path, `${path}.css`]) {
      const content = await readFile(file);
      if (content !== null) return { path: file, content: rewriteUrls(content, folderOf(file), root) };
    }
  }
  return null;
}

const ENTRY = `
import * as less from "less/lib/less/index.js";
import * as manager from "less/lib/less/environment/abstract-file-manager.js";

const exportOf = (module) => module.default?.default ?? module.default ?? module;
const createLess = exportOf(less);
const AbstractFileManager = exportOf(manager);
const environment = {
  encodeBase64: (text) => Buffer.from(text).toString("base64"),
  mimeLookup: () => "application/octet-stream",
  charsetLookup: () => "utf-8",
  getSourceMapGenerator: () => undefined,
};
const folderOf = (path) => path.slice(0, Math.max(1, path.lastIndexOf("/")));

function fileManagerOf(host, root) {
  const manager = new AbstractFileManager();
  return Object.assign(manager, {
    supports: () => true,
    supportsSync: () => false,
    loadFile: async (id, folder) => {
      const found = await host.load(id, folder === "" ? root : folder, root);
      if (found === null) throw { type: "File", message: "Cannot find '" + id + "'." };
      return { filename: found.path, contents: found.content };
    },
  });
}

class PluginLoader {
  loadPlugin() {
    return Promise.reject({ type: "File", message: "Less plugins are not supported." });
  }
}

async function compileSheet({ path, content }, options, host) {
  const compiler = createLess(environment, [fileManagerOf(host, folderOf(path))]);
  compiler.PluginLoader = PluginLoader;
  try {
    const { css, imports } = await compiler.render(content, { ...options, filename: path });
    return { css, dependencies: imports, error: null };
  } catch (failure) {
    const error = {
      path: failure.filename ?? path,
      line: failure.line ?? 1,
      column: (failure.column ?? 0) + 1,
      message: failure.message ?? String(failure),
    };
    return { css: "", dependencies: [], error };
  }
}

export async function run({ sheets, options }, host) {
  const answers = [];
  for (const sheet of sheets) answers.push(await compileSheet(sheet, options, host));
  return answers;
}`;
