import type { Diagnostic } from "../../worker/contract/preview-rpc.ts";
import { placeOf } from "./place-of.ts";
import { readText, type SourceFiles } from "./source-files.ts";

type Served = ReadonlyMap<string, string | Uint8Array>;

/** What a page shows; a missing icon of its tab stands nowhere. */
const SHOWN = /\ssrc\s*=\s*(?:"([^"?#]+)|'([^'?#]+)|([^\s"'>?#]+))/gi;
const NAMED = /\s(?:src|href)\s*=\s*(?:"([^"?#]+)|'([^'?#]+)|([^\s"'>?#]+))/gi;
/** An address with a scheme or of another host. */
const ELSEWHERE = /^([a-z][a-z\d+.-]*:|\/\/)/i;

/**
 * Finds the files that pages name in another case than theirs: the disks of Windows and macOS do not tell it apart, so that
 * authors do not notice.
 *
 * @param served the served files, by address
 * @param files the app's files, and the folder of its pages among them
 * @returns the files by the address that a page has for them, each with a warning at its first name
 */
export function namedInOtherCase(
  served: Served,
  { files, root }: { files: SourceFiles; root: string },
): { files: Map<string, string | Uint8Array>; diagnostics: Diagnostic[] } {
  const byLowerCase = new Map([...served.keys()].map((address) => [address.toLowerCase(), address]));
  const found = new Map<string, string | Uint8Array>();
  const diagnostics: Diagnostic[] = [];
  for (const [page, html] of served) {
    if (!page.endsWith(".html") || typeof html !== "string") continue;
    for (const [named, address] of addressesIn(page, html)) {
      const meant = byLowerCase.get(address.toLowerCase()) ?? address;
      const content = served.get(meant);
      if (content === undefined || served.has(address) || found.has(address)) continue;
      found.set(address, content);
      const path = root === "" ? page.slice(1) : root + page;
      const message = `The file that "${named}" names is ${meant.slice(1)}. Most hosts tell upper and lower case apart: write the address as the file is named.`;
      diagnostics.push({ ...placeOf(path, readText(files, path) ?? "", named), severity: "warning", message });
    }
  }
  return { files: found, diagnostics };
}

/** Images, sounds and films: scripts may be made of the sources by a program, which other warnings report. */
const MEDIUM = /\.(png|jpe?g|gif|webp|avif|svg|mp3|mp4|webm|ogg)$/i;
const MAX_LISTED = 5;

/**
 * Warns of images, sounds and films that a site's pages name but that the site does not have: the files may have been lost on the way
 * here. For sites without packages and without a server, which could make such files.
 *
 * @param served the served files, by address, with those in another case
 * @returns one warning, at the first address, or none
 */
export function namedInVain(served: Served, { files, root }: { files: SourceFiles; root: string }): Diagnostic[] {
  const lost = new Map<string, { page: string; named: string }>();
  for (const [page, html] of served) {
    if (!page.endsWith(".html") || typeof html !== "string") continue;
    for (const [named, address] of addressesIn(page, html, SHOWN))
      if (MEDIUM.test(address) && !/^\/__edgesmith\//.test(address) && !served.has(address) && !lost.has(address))
        lost.set(address, { page, named });
  }
  const [first, ...others] = lost;
  if (first === undefined) return [];
  const [address, { page, named }] = first;
  const path = root === "" ? page.slice(1) : root + page;
  const listed = others.slice(0, MAX_LISTED).map(([other]) => other.slice(1));
  const more = others.length > MAX_LISTED ? ` and ${others.length - MAX_LISTED} more` : "";
  const also = listed.length === 0 ? "" : ` Nor is there ${listed.join(", ")}${more}.`;
  const message = `Cannot find "${named}": there is no file ${address.slice(1)} in the project. It will not show.${also}`;
  return [{ ...placeOf(path, readText(files, path) ?? "", named), severity: "warning", message }];
}

/** The addresses of a page, as they are written and from the root of its origin. */
const addressesIn = (page: string, html: string, pattern = NAMED): [string, string][] =>
  [...html.matchAll(pattern)].flatMap(([, ...quoted]): [string, string][] => {
    const named = quoted.find((one) => one !== undefined) ?? "";
    const address = addressIn(page, named);
    return address === null ? [] : [[named, address]];
  });

function addressIn(page: string, named: string): string | null {
  if (ELSEWHERE.test(named) || !URL.canParse(named, `http://app${page}`)) return null;
  try {
    return decodeURIComponent(new URL(named, `http://app${page}`).pathname);
  } catch (error) {
    // A stray percent sign names no file.
    if (error instanceof URIError) return null;
    throw error;
  }
}
