import type { Diagnostic } from "../../worker/contract/preview-rpc.ts";
import { placeAt } from "./place-of.ts";
import type { SourceFiles } from "./source-files.ts";

/** Sources of pages; a configuration, a server and tests run on their author's machine. */
const SOURCE = /\.([cm]?[jt]sx?|vue|svelte|html)$/;
const ELSEWHERE =
  /(^|\/)(tests?|__tests__|e2e|cypress|server|backend|api-server|functions|worker|scripts|docs?|public|dist|build)\/|(^|\/)src\/server\.|\.(test|spec|config|stories|d)\.[cm]?[jt]sx?$|(^|\/)[^/]*(setup|mock)[^/]*\.[cm]?[jt]s$/i;
const ADDRESS = String.raw`(?:wss?|https?):\/\/(?:localhost|127\.0\.0\.1)(?::\d+)?`;
/** A variable before the address that stands in for it: `import.meta.env.VITE_API || "http://localhost:3000"`. */
const VARIABLE = String.raw`\bimport\.meta\.env\.([A-Za-z_]\w*)(?:\s+as\s+\w+)?\)?\s*(?:\|\||\?\?)\s*`;
const PATTERNS = [
  /** A call of a server, with its address as a text. */
  String.raw`\b(?:fetch|axios(?:\.\w+)?|\$?http\.\w+|request|WebSocket|EventSource|io)\s*\(\s*()[\`"'](${ADDRESS})`,
  /** The address that a client of axios or the like prefixes, in whichever way it is computed. */
  String.raw`\bbase_?url\b(?:(?!import\.meta\.env\.)[^\n]){0,80}?()[\`"'](${ADDRESS})`,
  String.raw`${VARIABLE}[\`"'](${ADDRESS})`,
].map((pattern) => new RegExp(pattern, "gi"));

/** A call of a local address; `variable`: the one that would replace the address, or `""`. */
type Call = { path: string; content: string; offset: number; address: string; variable: string };

/**
 * Warns of calls to a server on the machine that the page is shown on: visitors run none, so that the page stays without its data.
 * @param env the variables that the page reads; an address in place of one that has a value is never called
 * @returns one warning, at the first call
 */
export function localServers(files: SourceFiles, env: Readonly<Record<string, string>>): Diagnostic[] {
  const found = [...files].flatMap(([path, content]) => {
    if (typeof content !== "string" || !SOURCE.test(path) || ELSEWHERE.test(path)) return [];
    const call = callsIn(path, content).find(({ variable }) => variable === "" || !env[variable]);
    return call === undefined ? [] : [call];
  });
  const [first] = found.sort((a, b) => (a.path < b.path ? -1 : 1));
  if (first === undefined) return [];
  const { path, content, offset, address, variable } = first;
  const others = found.length - 1;
  const more = ["", " So does 1 more file."][others] ?? ` So do ${others} more files.`;
  const remedy = 'Write it as src/server.ts and call it by a path such as "/api", or call a host that visitors reach.';
  const unset = variable === "" ? "" : ` No .env file sets ${variable}, which would replace it.`;
  const message = `This calls ${address}, a server on the visitor's own machine, where none runs.${unset}${more} ${remedy}`;
  return [{ ...placeAt(path, content, offset), severity: "warning", message }];
}

function callsIn(path: string, content: string): Call[] {
  const calls = PATTERNS.flatMap((pattern) =>
    [...content.matchAll(pattern)].map(({ 0: text, 1: variable = "", 2: address = "", index }) => {
      return { path, content, offset: index + text.length - address.length, address, variable };
    }),
  );
  return calls.sort((a, b) => a.offset - b.offset);
}
