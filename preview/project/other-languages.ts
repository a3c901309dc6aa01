import type { Diagnostic } from "../../worker/contract/preview-rpc.ts";
import { type Place, placeOf } from "./place-of.ts";
import { readText, type SourceFiles } from "./source-files.ts";

/** A server in a language that is not run here. `path`: where it begins; `at`: the place that leads to it. */
type OtherServer = { name: string; path: string; at: Place };

const PAGE_OR_SCRIPT = /\.(html?|[cm]?[jt]sx?|vue|svelte)$/;
/** Folders of tests and of others' code. */
const ASIDE = /(^|\/)(tests?|vendor|node_modules|wp-includes|docs?|src-tauri)\//;
const PYTHON: readonly (readonly [string, RegExp])[] = [
  ["Flask", /^\s*(?:from|import)\s+flask\b/m],
  ["FastAPI", /^\s*(?:from|import)\s+fastapi\b/m],
  ["Django", /^\s*(?:from|import)\s+django\b/m],
  ["Streamlit", /^\s*(?:from|import)\s+streamlit\b/m],
  ["Gradio", /^\s*(?:from|import)\s+gradio\b/m],
];
/** Servers in other languages, by what their code has. */
const SERVERS: readonly (readonly [name: string, path: RegExp, code: RegExp])[] = [
  ["Go", /\.go$/, /\bhttp\.ListenAndServe|\b(?:gin\.(?:Default|New)|fiber\.New|echo\.New|chi\.NewRouter)\(/],
  ["Ruby", /\.(rb|ru)$/, /\brequire\s+["']sinatra|\bRails\.application\b/],
  ["Java", /\.java$/, /@SpringBootApplication\b/],
  ["Kotlin", /\.kt$/, /@SpringBootApplication\b|\bio\.ktor\.server\b/],
  ["Rust", /\.rs$/, /\buse\s+(?:actix_web|axum|rocket|warp)\b/],
  ["C#", /\.cs$/, /\bWebApplication\.CreateBuilder\(/],
];
/** Where a repository has the server of an app that is in another folder. */
const BESIDE = /^(?:(?:backend|server|api)\/.+|[^/]+)$/i;
/** Scripts that another program makes of its sources, for the page that loads them. */
const OUTPUTS: readonly (readonly [name: string, script: RegExp])[] = [
  ["Flutter", /^flutter(_bootstrap)?\.js$/],
  ["Dart", /\.dart\.js$/],
  ["Blazor", /^_framework\/blazor\./],
];

/** Files by which a project in another language, or for another runtime or generator of pages, is known. */
const MARKS: readonly (readonly [string, RegExp])[] = [
  ["Hugo", /^hugo\.(toml|ya?ml|json)$/],
  ["Jekyll", /^_config\.ya?ml$/],
  ["Deno", /^deno\.jsonc?$/],
  ["Ruby", /^(Gemfile|config\.ru)$/],
  ["Go", /^go\.mod$/],
  ["Rust", /^Cargo\.toml$/],
  ["Java or Kotlin", /^(pom\.xml|build\.gradle(\.kts)?)$/],
  ["C#", /^[^/]+\.(csproj|sln)$/],
  ["Elixir", /^mix\.exs$/],
  ["Flutter", /^pubspec\.ya?ml$/],
  ["Python", /^(requirements\.txt|pyproject\.toml|Pipfile|[^/]+\.py)$/],
];

/**
 * Warns of a server in another language beside the pages: it does not run here, and the pages' requests to it fail. PHP is one where a
 * page or a script names its file.
 * @param hasServer whether the project has a server that runs here, which may stand in for it
 * @param around files of the project outside of the app's folder
 */
export function otherServers(files: SourceFiles, hasServer: boolean, around: SourceFiles = new Map()): Diagnostic[] {
  const found = hasServer ? null : (phpNamed(files) ?? serverIn(files) ?? serverBeside(around));
  if (found === null) return [];
  const { name, path, at } = found;
  const suggestedPrompt = promptFor(found);
  const message = `${path} is written for ${name}, which Edgesmith does not run, so requests to it fail. Ask an agent to convert it: "${suggestedPrompt}"`;
  return [{ ...at, severity: "warning", message, suggestedPrompt }];
}

/** Returns the error of a project that is written for something that is not run here, or whose pages a server in PHP or Python makes; null for others. */
export function otherLanguage(files: SourceFiles): Diagnostic | null {
  const php = [...files.keys()].filter((path) => path.endsWith(".php") && !ASIDE.test(path));
  const [first] = php.sort((a, b) => Number(b === "index.php") - Number(a === "index.php") || (a < b ? -1 : 1));
  const found = first === undefined ? pythonServer(files) : serverAt("PHP", first);
  if (found === null) return marked(files) ?? forBun(files);
  const { name, path, at } = found;
  const suggestedPrompt = promptFor(found);
  const message = `The pages of this project are made by ${name}, beginning in ${path}, which Edgesmith does not run. Ask an agent to convert it: "${suggestedPrompt}"`;
  return { ...at, severity: "error", message, suggestedPrompt };
}

/**
 * Returns the error of a page that is empty without the output of Flutter, Dart or Blazor; null where the output is there, or for
 * other pages.
 */
export function pageOfOther(path: string, files: SourceFiles): Diagnostic | null {
  const page = readText(files, path) ?? "";
  const folder = path.slice(0, path.lastIndexOf("/") + 1);
  for (const [, address = ""] of page.matchAll(/<script\b[^>]*\bsrc\s*=\s*["']([^"'?#]+)/gi)) {
    const script = address.replace(/^\.?\//, "");
    const [name] = OUTPUTS.find(([, pattern]) => pattern.test(script)) ?? [];
    if (name === undefined || files.has(folder + script)) continue;
    const suggestedPrompt = `Convert this ${name} project to a Vite project, with an index.html, src/main, and src/server.ts for its server.`;
    const message = `This page loads ${script}, which ${name} generates. The file is missing, so the page stays empty. Edgesmith does not run ${name}. Ask an agent to convert it: "${suggestedPrompt}" Its built output can be imported too.`;
    return { ...placeOf(path, page, address), severity: "error", message, suggestedPrompt };
  }
  return null;
}

function marked(files: SourceFiles): Diagnostic | null {
  const paths = [...files.keys()].sort();
  for (const [name, pattern] of MARKS) {
    const path = paths.find((one) => pattern.test(one));
    if (path !== undefined) return writtenFor(name, path);
  }
  return null;
}

function forBun(files: SourceFiles): Diagnostic | null {
  const scripts = [...files.keys()].filter((path) => /\.[cm]?[jt]sx?$/.test(path) && !ASIDE.test(path)).sort();
  const path = scripts.find((one) => /\bBun\.serve\s*\(/.test(readText(files, one) ?? ""));
  return path === undefined ? null : writtenFor("Bun", path);
}

function writtenFor(name: string, path: string): Diagnostic {
  const suggestedPrompt = `Convert this ${name} project to a Vite project, with an index.html, src/main, and src/server.ts for its server.`;
  const message = `This project is written for ${name} (it has ${path}). Edgesmith does not run ${name}. Ask an agent to convert it: "${suggestedPrompt}"`;
  return { path, line: 1, column: 1, severity: "error", message, suggestedPrompt };
}

const serverAt = (name: string, path: string): OtherServer => ({ name, path, at: { path, line: 1, column: 1 } });

const promptFor = ({ name, path }: OtherServer): string =>
  `Convert the ${name} code of this project, which begins in ${path}, to an index.html and src/server.ts.`;

function phpNamed(files: SourceFiles): OtherServer | null {
  const names = [...files.keys()].filter((path) => path.endsWith(".php") && !ASIDE.test(path));
  if (names.length === 0) return null;
  const known = new Map(names.map((path) => [path.slice(path.lastIndexOf("/") + 1), path]));
  for (const [path, content] of files) {
    if (typeof content !== "string" || !PAGE_OR_SCRIPT.test(path) || ASIDE.test(path)) continue;
    for (const [named] of content.matchAll(/[\w.-]+\.php\b/g)) {
      const meant = known.get(named);
      if (meant !== undefined) return { name: "PHP", path: meant, at: placeOf(path, content, named) };
    }
  }
  return null;
}

function serverIn(files: SourceFiles): OtherServer | null {
  const ofPython = pythonServer(files);
  if (ofPython !== null) return ofPython;
  for (const [name, pattern, code] of SERVERS) {
    const paths = [...files.keys()].filter((path) => pattern.test(path) && !ASIDE.test(path)).sort();
    const path = paths.find((one) => code.test(readText(files, one) ?? ""));
    if (path !== undefined) return serverAt(name, path);
  }
  return null;
}

/** A leading slash marks a path of the project instead of the app's folder (app-folder.ts). */
function serverBeside(around: SourceFiles): OtherServer | null {
  const found = serverIn(new Map([...around].filter(([path]) => BESIDE.test(path))));
  return found && { ...found, at: { ...found.at, path: `/${found.path}` } };
}

function pythonServer(files: SourceFiles): OtherServer | null {
  const scripts = [...files.keys()].filter((path) => path.endsWith(".py") && !ASIDE.test(path)).sort();
  for (const path of scripts) {
    const text = readText(files, path) ?? "";
    const [name] = PYTHON.find(([, pattern]) => pattern.test(text)) ?? [];
    if (name !== undefined) return serverAt(name, path);
  }
  return null;
}
