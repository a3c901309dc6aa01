import type { Diagnostic } from "../../worker/contract/preview-rpc.ts";
import { mayBeCredential } from "../../worker/contract/secret-like.ts";
import { placeOf } from "../project/place-of.ts";
import { readText, type SourceFiles } from "../project/source-files.ts";
import { isNeeded, isOfPages } from "./env.ts";
import type { ViteSettings } from "./vite-settings.ts";

/** The variable that a constant is made of: `JSON.stringify(env.KEY)`, `process.env.KEY`, `env["KEY"]`. */
const SOURCE = /^["']?\]?\s*:[^\n]*?\benv(?:\??\.|\[\s*["'])([A-Za-z_]\w*)/;
/** Texts of constants that a library refuses: a variable that is not set, and an empty text in its place. */
const isUnset = (source: string, name: string): boolean =>
  source.trim() === "undefined" || (source.trim() === '""' && isNeeded(name));

/**
 * Warns of constants of vite.config that the app's code reads and that are undefined, since no `.env` file sets the variable that
 * they are made of. Google AI Studio defines `process.env.API_KEY` in this way, and an app without the key stays blank.
 * @returns one warning for each variable, at its place in vite.config; a key gets the way by which no visitor can read it
 */
export function unsetDefines(
  files: SourceFiles,
  { define, path }: Pick<ViteSettings, "define" | "path">,
): Diagnostic[] {
  const config = path === null ? null : readText(files, path);
  if (path === null || config === null) return [];
  const unset = new Map<string, string>();
  for (const [constant, source] of Object.entries(define)) {
    const written = config.split(constant).slice(1);
    const variable = written.map((rest) => SOURCE.exec(rest)?.[1]).find((found) => found !== undefined);
    if (variable === undefined || unset.has(variable) || !isUnset(source, variable)) continue;
    if (isRead(files, constant)) unset.set(variable, constant);
  }
  for (const [variable, constant] of unsetOfAll(files, define)) if (!unset.has(variable)) unset.set(variable, constant);
  return [...unset].map(([variable, constant]): Diagnostic => {
    const found = `No .env file sets ${variable}, so the app reads undefined as ${constant}.`;
    const written = config.includes(constant) ? constant : "process.env";
    const at = { ...placeOf(path, config, written), severity: "warning" as const };
    if (!mayBeCredential(variable, "")) return { ...at, message: `${found} Add a file .env with it.` };
    const suggestedPrompt = `Make the requests that need ${variable} in src/server.ts, with the key as a secret of the app.`;
    const message = `${found} A key in a .env file could be read by every visitor. Ask an agent: "${suggestedPrompt}"`;
    return { ...at, message, suggestedPrompt };
  });
}

/** Reads of `process.env.KEY` without another value in its place. */
const OF_ALL = /\bprocess\.env\.([A-Za-z_]\w*)(?!\w)(?!\s*(?:\|\||\?\?|\?(?!\?)|&&|[!=]==?|=(?!=)|\)\s*[{?&|]))/g;

/** The variables that the app's code reads from `process.env`, where vite.config defines all of it at once and not them. */
function unsetOfAll(files: SourceFiles, define: ViteSettings["define"]): [variable: string, constant: string][] {
  const all = define["process.env"];
  if (all === undefined) return [];
  const names = [...files].flatMap(([path, content]) =>
    typeof content === "string" && isOfPages(path) ? [...content.matchAll(OF_ALL)].map(([, name = ""]) => name) : [],
  );
  const isSet = (name: string): boolean =>
    name === "NODE_ENV" || define[`process.env.${name}`] !== undefined || all.includes(`"${name}"`);
  return [...new Set(names)].filter((name) => !isSet(name)).map((name) => [name, `process.env.${name}`]);
}

function isRead(files: SourceFiles, constant: string): boolean {
  return [...files].some(
    ([path, content]) => typeof content === "string" && isOfPages(path) && content.includes(constant),
  );
}
