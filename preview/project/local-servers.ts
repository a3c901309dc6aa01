import type { Diagnostic } from "../../worker/contract/preview-rpc.ts";
import type { ClientBuild } from "./client.ts";
import { placeAt } from "./place-of.ts";
import type { SourceFiles } from "./source-files.ts";

/** Sources of pages; a configuration, a server and tests run on their author's machine. */
const SOURCE = /\.([cm]?[jt]sx?|vue|svelte|html)$/;
const ELSEWHERE =
  /(^|\/)(tests?|__tests__|e2e|cypress|server|backend|api-server|functions|worker|scripts|docs?|public|dist|build)\/|(^|\/)src\/server\.|\.(test|spec|config|stories|d)\.[cm]?[jt]sx?$|(^|\/)[^/]*(setup|mock)[^/]*\.[cm]?[jt]s$/i;
const ADDRESS = String.raw`(?:wss?|https?):\/\/(?:localhost|127\.0\.0\.1)(?::\d+)?`;
/** A variable before the address that stands in for it: `import.meta.env.VITE_API || "http://localhost:3000"`. */
const VARIABLE = String.raw`\bimport\.meta\.env\.([A-Za-z_]\w*)(?:\s+as\s+\w+)?\)?\s*(?:\|\||\?\?)\s*`;
/** What names of a server's address have, in a constant or in a variable; others may be the app's own address. */
const NAMES = "api|server|backend|endpoint|socket|graphql|supabase";
const PATTERNS = [
  /** A call of a server, with its address as a text. */
  String.raw`\b(?:fetch|axios(?:\.\w+)?|\$?http\.\w+|request|WebSocket|EventSource|io)\s*\(\s*()[\`"'](${ADDRESS})`,
  /** The address that a client of axios or the like prefixes, in whichever way it is computed. */
  String.raw`\bbase_?url\b(?:(?!import\.meta\.env\.)[^\n]){0,80}?()[\`"'](${ADDRESS})`,
  String.raw`${VARIABLE}[\`"'](${ADDRESS})`,
  /** A constant that is named as a server's address. */
  String.raw`\b(?:const|let|var)\s+\w*(?:${NAMES})\w*(?:\s*:\s*\w+)?\s*=\s*()[\`"'](${ADDRESS})`,
].map((pattern) => new RegExp(pattern, "gi"));

const READ = new RegExp(String.raw`\bimport\.meta\.env\.(\w*(?:${NAMES})\w*)`, "gi");
const LOCAL_VALUE = new RegExp(String.raw`^(${ADDRESS})(?![\w:])`, "i");
/** Ports of Vite's server and of its preview, which serve the app itself. */
const OWN_PORT = /:(5173|5174|4173)$/;

/** A call of a local address; `variable`: the one that would replace the address or, with `isValue`, has it, or `""`. */
type Call = { path: string; content: string; offset: number; address: string; variable: string; isValue: boolean };

/**
 * Returns the files whose code runs in an app's pages: modules, the pages themselves, and scripts that a page names.
 * @param reached the modules of the pages' bundles
 * @param client all served pages by address, and the addresses that are built
 */
export function reachedFiles(
  files: SourceFiles,
  reached: ReadonlySet<string>,
  { pages, loaded }: Pick<ClientBuild, "pages" | "loaded">,
): SourceFiles {
  const built = [...pages].filter(([address]) => loaded.has(address));
  if (built.length === 0) return files;
  const isPage = (path: string): boolean => built.some(([address]) => `/${path}`.endsWith(address));
  const isNamed = (path: string): boolean =>
    built.some(([, html]) => html.includes(path.slice(path.lastIndexOf("/") + 1)));
  const isReached = (path: string): boolean =>
    path.endsWith(".html") ? isPage(path) : reached.has(path) || isNamed(path);
  return new Map([...files].filter(([path]) => isReached(path)));
}

/**
 * Warns of calls to a server on the machine that the page is shown on: visitors run none, so that the page stays without its data.
 * @param env the variables that the page reads; an address in place of one that has a value is never called
 * @returns one warning, at the first call
 */
export function localServers(files: SourceFiles, env: Readonly<Record<string, string>>): Diagnostic[] {
  const found = [...files].flatMap(([path, content]) => {
    if (typeof content !== "string" || !SOURCE.test(path) || ELSEWHERE.test(path)) return [];
    const written = callsIn(path, content).filter(({ variable }) => variable === "" || !env[variable]);
    const [call] = [...written, ...valuesIn(path, content, env)].sort((a, b) => a.offset - b.offset);
    return call === undefined ? [] : [call];
  });
  const [first] = found.sort((a, b) => (a.path < b.path ? -1 : 1));
  if (first === undefined) return [];
  const { path, content, offset, address, variable, isValue } = first;
  const others = found.length - 1;
  const more = ["", " 1 more file calls one too."][others] ?? ` ${others} more files call one too.`;
  const remedy = 'Move that server to src/server.ts and call a path such as "/api", or call a public host.';
  const named = isValue
    ? ` It is the value of ${variable} in a .env file.`
    : ` No .env file sets ${variable}, which would replace it.`;
  const unset = variable === "" ? "" : named;
  const message = `This calls ${address}, which visitors cannot reach.${unset}${more} ${remedy}`;
  return [{ ...placeAt(path, content, offset), severity: "warning", message }];
}

function callsIn(path: string, content: string): Call[] {
  const calls = PATTERNS.flatMap((pattern) =>
    [...content.matchAll(pattern)].map(({ 0: text, 1: variable = "", 2: address = "", index }) => {
      return { path, content, offset: index + text.length - address.length, address, variable, isValue: false };
    }),
  );
  return calls.sort((a, b) => a.offset - b.offset);
}

/** Reads of variables whose value is a local address. */
function valuesIn(path: string, content: string, env: Readonly<Record<string, string>>): Call[] {
  return [...content.matchAll(READ)].flatMap(({ 1: variable = "", index: offset }) => {
    const address = LOCAL_VALUE.exec(env[variable] ?? "")?.[1];
    return address === undefined || OWN_PORT.test(address)
      ? []
      : [{ path, content, offset, address, variable, isValue: true }];
  });
}
