import type { Message } from "esbuild-wasm";
import type { Diagnostic } from "../../worker/contract/preview-rpc.ts";
import { moduleKindOf } from "../project/module-kinds.ts";
import { normalize } from "../project/paths.ts";
import type { SourceFiles } from "../project/source-files.ts";
import { isBrowser, type Side } from "./side.ts";
import { similarFile } from "./similar-file.ts";
import { sourcePlace } from "./source-place.ts";
import { NODE_MODULE, packageNameOf } from "./specifiers.ts";

/** Context of a message: the project's mount, and the reasons why packages are missing. */
export type Telling = {
  /** Folder of the project's files in the build's working folder, with a trailing slash. */
  projectFolder: string;
  side: Side;
  /** Messages about packages that cannot be installed, by name. */
  missing: ReadonlyMap<string, string>;
  /** Versions of installed packages, by name. */
  installed: ReadonlyMap<string, string>;
  /** The app's source files, by path. */
  sources: SourceFiles;
  /**
   * Returns why a file or folder of a package, named by its path from the build's working folder, could not be read;
   * null for others.
   */
  failureOf(path: string): Error | null;
};

const CONFLICT =
  "This file has an unresolved merge conflict. Keep one of the two versions between <<<<<<< and >>>>>>>, and remove these lines.";
const PATCH_SENTENCE =
  "This file contains a patch, with lines that start with + and -, instead of the patched text. Restore the file and apply the patch, or ask an agent to do it.";
/** Matches the first line of a patch or of a hunk. */
const PATCH = /^(@@ .*@@|diff --git |\*\*\* Begin Patch)/;

/**
 * Returns the message for a file that contains a patch instead of the patched text, as tools leave behind after a
 * failure; null for other files.
 */
export const patchSentence = (text: string): string | null => (PATCH.test(text.trimStart()) ? PATCH_SENTENCE : null);

/** Modules that are neither files nor part of a package, by the naming conventions of Vite plugins. */
const MADE_BY_PLUGINS =
  /^(virtual:|~pages$|~react-pages$|uno\.css$|vue-router\/auto|@nuxt\/ui\/vue-plugin$|#build\/|#imports$)/;

/** Files that are compiled to CSS, so that a line of the CSS may not occur in the source. */
const SHEET = /\.(css|scss|sass|less)$/;
const MAX_LINE = 120;

/** Quotes a line of compiled CSS when the message has no position in the source. */
function madeLine(lineText: string): string {
  const line = lineText.trim();
  if (line === "") return "";
  return ` It is in the CSS compiled from this file: ${line.length > MAX_LINE ? `${line.slice(0, MAX_LINE)}…` : line}`;
}

/** Converts an esbuild message to a diagnostic with the project's own path and an instruction. */
export function toDiagnostic(message: Message, severity: Diagnostic["severity"], telling: Telling): Diagnostic {
  const text = wordsFor(message, telling);
  const { location } = message;
  if (location === null) return { path: "", line: 0, column: 0, severity, message: text };
  const path = authoredPath(projectPath(location.file, telling.projectFolder), telling.sources);
  const source = telling.sources.get(path);
  const place =
    typeof source === "string" ? sourcePlace(location, source) : { line: location.line, column: location.column + 1 };
  const isOfLine = !text.startsWith("Cannot read the package ");
  const made = isOfLine && place.line === 0 && SHEET.test(location.file) ? madeLine(location.lineText) : "";
  return { path, ...place, severity, message: made === "" ? text : text.replace(/(?<![.!?])$/, ".") + made };
}

/**
 * Returns the file behind a generated module: a module with a query, or a style block of a component
 * (project/precompile.ts).
 */
function authoredPath(path: string, sources: SourceFiles): string {
  if (sources.has(path)) return path;
  const bare = path.replace(/[?#].*$/, "").replace(/\.style(-\d+)?(\.module)?\.css$/, "");
  return sources.has(bare) ? bare : path;
}

/**
 * Converts a module's path for a message: relative to the app's folder, from `node_modules/` for a package, from `/`
 * elsewhere in the project.
 */
export function projectPath(file: string, projectFolder: string): string {
  const path = file.replace(/^[a-z-]+:/, "").replace(/^\/m\d+\//, "");
  if (path.startsWith(projectFolder)) return path.slice(projectFolder.length);
  return path.startsWith("app/") ? `/${path.slice("app/".length)}` : path;
}

/** Returns the specifier that esbuild could not resolve; null for other messages. */
export function unresolvedIn({ text }: Message): string | null {
  return /^Could not resolve "(.+)"/s.exec(text)?.[1] ?? null;
}

function wordsFor(message: Message, telling: Telling): string {
  const specifier = unresolvedIn(message);
  if (specifier !== null) return wordsForUnresolved(specifier, message, telling);
  if (/^(<<<<<<<|=======|>>>>>>>)/.test(message.location?.lineText ?? "")) return CONFLICT;
  const ofPatch = patchSentence(message.location?.lineText ?? "");
  if (ofPatch !== null) return ofPatch;
  if (/^No matching export in "/.test(message.text))
    return `${message.text}. Correct the name, or use a version of the package that contains it.`;
  if (message.text === 'All "@import" rules must come first') return LATE_IMPORT;
  const inOtherCase = OTHER_CASE.exec(message.text);
  if (inOtherCase !== null) return wordsForOtherCase(inOtherCase, message, telling);
  const unread = UNREAD.exec(message.text)?.[1] ?? null;
  if (unread !== null) return wordsForUnread(unread, message.text, telling);
  const unloaded = /^No loader is configured for "[^"]*" files: (.+)$/s.exec(message.text)?.[1];
  if (unloaded === undefined) return message.text;
  const path = projectPath(unloaded, telling.projectFolder);
  const kind = moduleKindOf(path);
  const quoted = quotedAt(message) ?? path;
  return `Cannot import "${quoted}". ${"unsupported" in kind ? kind.unsupported : `There is no compiler for it here.`}`;
}

const LATE_IMPORT =
  "This @import comes after other rules, so that browsers ignore it and its styles are missing. Move it to the top of the file.";

/** esbuild's warning about an import whose case differs from the file's. */
const OTHER_CASE = /^Use "(.+)" instead of "(.+)" to avoid issues with case-sensitive file systems$/s;

function wordsForOtherCase([, meant = ""]: RegExpExecArray, message: Message, { projectFolder }: Telling): string {
  const path = projectPath(meant, projectFolder);
  return `The file that "${quotedAt(message) ?? path}" names is ${path}. Most hosts tell upper and lower case apart: write the import as the file is named.`;
}

/** esbuild's error for a file or folder that the mounted files could not load. */
const UNREAD = /^Cannot read (?:directory|file) "(.+)": I\/O error$/s;

const unreadSentence = (name: string, failure: Error): string =>
  `Cannot read the package "${name}": ${failure.message}`;

/** Returns the names of the packages that a build could not read, from its errors. */
export const unreadIn = (errors: readonly Message[]): Set<string> =>
  new Set(
    errors
      .flatMap(({ text }) => /node_modules\/(.+)$/s.exec(UNREAD.exec(text)?.[1] ?? "")?.[1] ?? [])
      .map(packageNameOf),
  );

function wordsForUnread(path: string, text: string, { failureOf }: Telling): string {
  const [, inPackage] = /^.*node_modules\/(.+)$/s.exec(path) ?? [];
  const failure = failureOf(path);
  if (failure === null || inPackage === undefined) return text;
  return unreadSentence(packageNameOf(inPackage), failure);
}

function wordsForUnresolved(specifier: string, message: Message, telling: Telling): string {
  const { side, projectFolder } = telling;
  const file = message.location === null ? "" : projectPath(message.location.file, projectFolder);
  if (/^\.{1,2}(\/|$)|^\//.test(specifier)) {
    const from = file.slice(0, file.lastIndexOf("/") + 1);
    // An alias resolves to an absolute path of the mounted project, which differs from the import's specifier.
    const isMounted = /^\/m\d+\//.test(specifier);
    const meant = isMounted ? projectPath(specifier, projectFolder) : specifier;
    const path = isMounted || specifier.startsWith("/") ? normalize(meant) : normalize(`${from}${specifier}`);
    const written = isMounted ? (quotedAt(message) ?? meant) : specifier;
    const missing = path.replace(/\?.*$/, "");
    return `Cannot find "${written}": there is no file ${missing} in the project.${similarFile(missing, file, telling.sources)}`;
  }
  if (isBrowser(side) && NODE_MODULE.test(specifier)) {
    return `"${specifier.replace(/^(node:)?/, "node:")}" exists only on the server (src/server.ts); a browser does not have it.`;
  }
  const [, set, icon] = /^~icons\/([^/]+)\/([^?]+)/.exec(specifier) ?? [];
  if (icon !== undefined) {
    return `Cannot find the icon "${set}:${icon}". Add "@iconify-json/${set}" to "devDependencies" in package.json and the plugin "unplugin-icons" to vite.config, or correct its name.`;
  }
  if (MADE_BY_PLUGINS.test(specifier)) {
    return `"${specifier}" comes from a Vite plugin that Edgesmith does not run. Replace the import, or ask an agent to write that module.`;
  }
  return wordsForPackage(specifier, file, message, telling);
}

function wordsForPackage(specifier: string, file: string, { notes }: Message, telling: Telling): string {
  const { missing, installed, failureOf } = telling;
  const name = packageNameOf(specifier);
  const failure = failureOf(`node_modules/${name}`);
  if (failure !== null) return unreadSentence(name, failure);
  const known = missing.get(name);
  if (known !== undefined) return `Cannot import "${specifier}": ${known}`;
  if (/\.(css|scss|sass|less|styl)$/.test(file)) {
    return `Cannot find "${specifier}": there is no such file beside ${file}, and no package with it in "dependencies".`;
  }
  const isNamed = notes.some(({ text }) => text.includes("is not exported") || text.includes("package.json"));
  if (isNamed) {
    return `The package "${name}" does not export "${specifier}" by its package.json. Import a path that it exports, or use a version of the package that exports this one.`;
  }
  const version = installed.get(name);
  if (version !== undefined) {
    const named = version === "" ? `"${name}"` : `"${name}" ${version}`;
    return `Cannot import "${specifier}": the package ${named} has no such module. Correct the path, or use a version of the package that contains it.`;
  }
  if (name === "react" && installed.has("vue")) {
    return `Cannot find the package "react", which JSX compiles to by default. If this JSX is Vue's, add "@vitejs/plugin-vue-jsx" to "devDependencies" in package.json and to the plugins of vite.config.`;
  }
  const [, unversioned, asked] = /^(@?[^@]+)@(\d[^@]*)$/.exec(name) ?? [];
  if (unversioned !== undefined) {
    return `Cannot import "${specifier}": imports cannot include a version. Write "${specifier.replace(`@${asked}`, "")}", with "${unversioned}": "${asked}" in "dependencies" of package.json.`;
  }
  return `Cannot find the package "${name}". Add it to "dependencies" in package.json, or correct the import.`;
}

const UNRESOLVED = /^Cannot (import|find|read the package) /;
const MAX_LISTED = 3;

/** Reports an unresolvable import once, at its first position, and names the other files that contain it. */
export function oncePerImport(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const byMessage = Map.groupBy(diagnostics, ({ message }) => message);
  return diagnostics.flatMap((diagnostic) => {
    const same = byMessage.get(diagnostic.message) ?? [];
    if (!UNRESOLVED.test(diagnostic.message) || same.length < 2) return [diagnostic];
    // An unreadable package is also reported without a position.
    const first = same.find(({ path }) => path !== "") ?? same[0];
    if (first !== diagnostic) return [];
    const others = [...new Set(same.map(({ path }) => path))].filter((path) => path !== "" && path !== diagnostic.path);
    if (others.length === 0) return [diagnostic];
    const rest = others.length - MAX_LISTED;
    const more = rest > 0 ? ` and ${rest} more ${rest === 1 ? "file" : "files"}` : "";
    return [
      { ...diagnostic, message: `${diagnostic.message} Also in ${others.slice(0, MAX_LISTED).join(", ")}${more}.` },
    ];
  });
}

/** Returns the quoted specifier in the message's source line. */
export function quotedAt({ location }: Message): string | null {
  if (location === null) return null;
  const quoted = location.lineText.slice(location.column, location.column + location.length);
  return /^["'](.*)["']$/.exec(quoted)?.[1] ?? null;
}
