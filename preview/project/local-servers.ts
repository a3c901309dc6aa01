import type { Diagnostic } from "../../worker/contract/preview-rpc.ts";
import { placeOf } from "./place-of.ts";
import type { SourceFiles } from "./source-files.ts";

/** Sources of pages; a configuration, a server and tests run on their author's machine. */
const SOURCE = /\.([cm]?[jt]sx?|vue|svelte|html)$/;
const ELSEWHERE =
  /(^|\/)(tests?|__tests__|e2e|cypress|server|backend|api-server|functions|worker|scripts|docs?|public|dist|build)\/|(^|\/)src\/server\.|\.(test|spec|config|stories|d)\.[cm]?[jt]sx?$|(^|\/)[^/]*(setup|mock)[^/]*\.[cm]?[jt]s$/i;
/** A call of a server, with its address as a text. */
const CALL =
  /\b(?:fetch|axios(?:\.\w+)?|\$?http\.\w+|request|WebSocket|EventSource|io)\s*\(\s*[`"'](wss?|https?):\/\/(?:localhost|127\.0\.0\.1)(:\d+)?/;
/** The address that a client of axios or the like prefixes. */
const BASE = /\bbase_?url\b[^\n]{0,80}?[`"'](wss?|https?):\/\/(?:localhost|127\.0\.0\.1)(:\d+)?/i;

/**
 * Warns of calls to a server on the machine that the page is shown on: visitors run none, so that the page stays without its data.
 * @returns one warning, at the first call
 */
export function localServers(files: SourceFiles): Diagnostic[] {
  const found = [...files].flatMap(([path, content]) => {
    if (typeof content !== "string" || !SOURCE.test(path) || ELSEWHERE.test(path)) return [];
    const [written] = CALL.exec(content) ?? BASE.exec(content) ?? [];
    const address = written === undefined ? undefined : /(wss?|https?):\/\/.+$/.exec(written)?.[0];
    return address === undefined ? [] : [{ path, content, address }];
  });
  const [first] = found.sort((a, b) => (a.path < b.path ? -1 : 1));
  if (first === undefined) return [];
  const { path, content, address } = first;
  const others = found.length - 1;
  const more = others === 0 ? "" : ` So do ${others} more ${others === 1 ? "file" : "files"}.`;
  const message = `This calls ${address}, a server on the visitor's own machine, where none runs.${more} Write it as src/server.ts and call it by a path such as "/api", or call a host that visitors reach.`;
  return [{ ...placeOf(path, content, address), severity: "warning", message }];
}
