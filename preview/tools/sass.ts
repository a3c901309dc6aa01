import type { ToolDiagnostic } from "./diagnostic.ts";
import { folderOf } from "./paths.ts";
import { rewriteUrls } from "./rewrite-urls.ts";
import { readSassGraph } from "./sass-graph.ts";
import type { StyleFiles, StyleOutput, StyleSource } from "./style-files.ts";
import type { ToolRunner } from "./tool-runner.ts";
import { packagesFor, SASS_FOR_OLDER, type VersionOf } from "./versions.ts";

type SassSheet = StyleSource & { syntax: "scss" | "indented" };

export type SassInput = StyleFiles & {
  sheets: SassSheet[];
  versionOf: VersionOf;
  /** Put before each sheet, as Vite does with `css.preprocessorOptions.scss.additionalData`. */
  additionalData?: string;
  /** Sheets that each sheet imports after its own `@use` rules. */
  variables?: string[];
  loadPaths?: string[];
  /** The project's folder. */
  root: string;
};

/** Sass of 1.x writes the same CSS as its earlier versions, so one of those is run in place of the oldest. */
const known =
  (versionOf: VersionOf): VersionOf =>
  (name) => {
    const version = versionOf(name);
    const [, minor] = /^\D*1\.(\d+)(?:\.\d+)?$/.exec(version ?? "") ?? [];
    return version === null || minor === undefined || Number(minor) >= OLDEST_MINOR || !/^\d/.test(version)
      ? version
      : SASS_FOR_OLDER;
  };
const OLDEST_MINOR = 68;

type Message = Omit<ToolDiagnostic, "path"> & { path: string | null };
type Answer = { css: string; dependencies: string[]; messages: Message[] };

/**
 * Compiles SCSS and indented Sass.
 * @returns for each sheet in order its CSS, whose relative URLs are relative to the sheet
 * @throws ToolFailure when the compiler fails to run
 */
export async function compileSass(runner: ToolRunner, input: SassInput): Promise<StyleOutput[]> {
  const { sheets, versionOf, additionalData = "", variables = [], loadPaths = [], root } = input;
  const prefixed = sheets.map((sheet) => {
    const { content, importLine } = withVariables(sheet, variables);
    return { ...sheet, importLine, content: additionalData === "" ? content : `${additionalData}\n${content}` };
  });
  const { files, resolved } = await readSassGraph(prefixed, { loadPaths, root }, input);
  const tool = { name: "sass", entry: ENTRY, packages: packagesFor(known(versionOf), "sass") };
  // Sheets of one folder resolve imports identically, so they share a call.
  const folders = [...new Set(sheets.map(({ path }) => folderOf(path)))];
  const answers = new Map<SassSheet, Answer>();
  for (const folder of folders) {
    const inFolder = prefixed.filter(({ path }) => folderOf(path) === folder);
    const seen = Object.entries(files).map(([path, content]) => [path, rewriteUrls(content, folderOf(path), folder)]);
    const request = { sheets: inFolder, files: Object.fromEntries(seen), resolved };
    const answer = await runner.run<Answer[]>(tool, request);
    for (const [index, sheet] of inFolder.entries())
      answers.set(sheet, answer[index] ?? { css: "", dependencies: [], messages: [] });
  }
  const addedLines = additionalData === "" ? 0 : additionalData.split("\n").length;
  return prefixed.map((sheet) => {
    const answer = answers.get(sheet);
    if (answer === undefined) throw new Error("Sass answered for fewer sheets than it was given");
    const placed = answer.messages.map((message) => diagnosticOf(message, sheet.path, addedLines));
    const diagnostics = placed.map((message) => withoutImport(message, sheet));
    return { css: answer.css, dependencies: answer.dependencies, diagnostics };
  });
}

/** `importLine`: the line of the import that was added, from 1, or null without one. */
type WithVariables = { content: string; importLine: number | null };

/** Rules of Sass's modules come first in a sheet, so that an import comes after the last of them. */
function withVariables({ content, syntax }: SassSheet, variables: string[]): WithVariables {
  if (variables.length === 0) return { content, importLine: null };
  const lines = content.split("\n");
  const last = lines.findLastIndex((line) => /^\s*@(use|forward)\s/.test(line));
  const names = variables.map((path) => JSON.stringify(path)).join(", ");
  lines.splice(last + 1, 0, `@import ${names}${syntax === "scss" ? ";" : ""}`);
  return { content: lines.join("\n"), importLine: last + 2 };
}

function withoutImport(message: ToolDiagnostic, { path, importLine }: SassSheet & WithVariables): ToolDiagnostic {
  const isBelow = message.path === path && importLine !== null && message.line > importLine;
  return isBelow ? { ...message, line: message.line - 1 } : message;
}

function diagnosticOf(message: Message, sheetPath: string, addedLines: number): ToolDiagnostic {
  const path = message.path ?? sheetPath;
  if (path !== sheetPath) return { ...message, path };
  const isAdded = message.line <= addedLines;
  const origin = isAdded ? " It is in additionalData of vite.config, which is put before each sheet." : "";
  return { ...message, path, line: Math.max(1, message.line - addedLines), message: message.message + origin };
}

const ENTRY = String.raw`
import { createRequire } from "node:module";

/** Sass looks for Node's functions by a global require as soon as it is imported. */
globalThis.require ??= createRequire("/sass.js");

/**
 * Sass makes a few functions from strings, each time anew. That is allowed only while an isolate starts, so they are kept from the
 * sheets that are compiled then (see below).
 */
const made = new Map();
globalThis.Function = new Proxy(Function, {
  construct(target, parts) {
    const key = parts.join("\n");
    if (!made.has(key)) made.set(key, Reflect.construct(target, parts));
    return made.get(key);
  },
});

const sass = await import("sass");

for (const content of ['@use "a";', '@use "b";', "a { b: $none; }"]) {
  try {
    const load = ({ pathname }) => ({ contents: pathname === "/a" ? "a { b: c }" : 1, syntax: "scss" });
    sass.compileString(content, { importers: [{ canonicalize: (url) => new URL("file:///" + url), load }], logger: sass.Logger.silent });
  } catch {
    // Two of them are wrong on purpose, for the functions that errors need.
  }
}

const SYNTAXES = { scss: "scss", sass: "indented", css: "css" };
/** The address of a file outside of the app's folder, to which a URL would lose the way. */
const UP = "/__up__";
const pathOf = (url) => decodeURIComponent(new URL(url).pathname).replaceAll(UP, "/..");
const urlOf = (path) => new URL("file://" + encodeURI(path.replace(/\/\.\.(?=\/)/g, UP)));
const folderOf = (path) => path.slice(0, Math.max(1, path.lastIndexOf("/")));

function importerOf({ files, resolved }) {
  return {
    nonCanonicalScheme: "pkg",
    canonicalize(url, { fromImport, containingUrl }) {
      // A relative load comes as an absolute address first, then as it was written.
      if (url.startsWith("file:") || containingUrl === null) return null;
      const path = resolved[(fromImport ? "import" : "use") + "\n" + folderOf(pathOf(containingUrl)) + "\n" + decodeURI(url)];
      return path === undefined ? null : urlOf(path);
    },
    load(url) {
      const path = pathOf(url);
      return { contents: files[path], syntax: SYNTAXES[path.slice(path.lastIndexOf(".") + 1)] };
    },
  };
}

function messageOf(message, span, severity) {
  const path = span?.url ? pathOf(span.url) : null;
  return { path, line: (span?.start.line ?? 0) + 1, column: (span?.start.column ?? 0) + 1, severity, message };
}

function compileSheet({ path, content, syntax }, request) {
  const messages = [];
  const logger = {
    warn: (message, { span, deprecation }) => {
      if (!deprecation) messages.push(messageOf(message, span, "warning"));
    },
    debug: () => {},
  };
  const importer = importerOf(request);
  try {
    const { css, loadedUrls } = sass.compileString(content, {
      url: urlOf(path),
      // Without it, Sass would ask the disk for what is relative to a file's address.
      importer,
      importers: [importer],
      syntax,
      logger,
      quietDeps: true,
    });
    return { css, dependencies: loadedUrls.map(pathOf).filter((loaded) => loaded !== path), messages };
  } catch (error) {
    const [, wanted] = /["']([^"']+)["']/.exec(error.span?.text ?? "") ?? [];
    const message = error.sassMessage ?? String(error);
    const isUndefined = /^Undefined (variable|mixin|function)\.$/.test(message);
    const said =
      wanted !== undefined && message.includes("find stylesheet to import")
        ? 'Cannot find the style sheet "' + wanted + '".'
        : isUndefined && error.span?.text
          ? message.slice(0, -1) + ": " + error.span.text.split("\n")[0] + ". Define it, or load its style sheet with @use."
          : message;
    return { css: "", dependencies: [], messages: [...messages, messageOf(said, error.span, "error")] };
  }
}

export async function run(request) {
  return request.sheets.map((sheet) => compileSheet(sheet, request));
}`;
