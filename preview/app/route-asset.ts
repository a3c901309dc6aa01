import type { AssetRules, HtmlHandling } from "../project/asset-rules.ts";

/** The response to a request: a file, a redirect to its address, the app's server, not found, or method not allowed. */
export type AssetRoute =
  | { kind: "file"; address: string; status: 200 | 404; isFallback?: true }
  | { kind: "redirect"; to: string }
  | { kind: "server-first" | "server" | "missing" | "method" };

type Site = {
  rules: AssetRules;
  /** Returns whether the build has a file at an address. */
  has: (address: string) => boolean;
  /** Whether the app has a server that may respond. False when the server itself requests a file. */
  hasServer: boolean;
};

/**
 * Decides what responds to a request, like Cloudflare's router and its static asset server.
 * https://developers.cloudflare.com/workers/static-assets/routing/
 * @param address the request's path, decoded, without the app's base and with single slashes
 */
export function routeAsset(request: Request, address: string, { rules, has, hasServer }: Site): AssetRoute {
  const { pathname } = new URL(request.url);
  const isFilesOnly = !hasServer || rules.filesOnly.some((pattern) => matchesPattern(pattern, pathname));
  if (!isFilesOnly && isServerFirst(rules, pathname)) return { kind: "server-first" };
  const isServerNext = !isFilesOnly && !rules.isServerLimited;
  const found = resolve(address, rules.html, has);
  const none: AssetRoute = { kind: isServerNext ? "server" : "missing" };
  const route = found ?? (!isServerNext || precedesServer(request, rules) ? pageFor(address, rules, has) : null);
  if (route === null) return none;
  return request.method === "GET" || request.method === "HEAD" ? route : { kind: "method" };
}

const isServerFirst = ({ serverFirst }: AssetRules, pathname: string): boolean =>
  serverFirst === true || serverFirst.some((pattern) => matchesPattern(pattern, pathname));

const precedesServer = ({ headers }: Request, { precedes }: AssetRules): boolean =>
  precedes === "all" || (precedes === "navigations" && headers.get("Sec-Fetch-Mode") === "navigate");

/** Finds the response for an address that has no file. */
function pageFor(address: string, { notFound }: AssetRules, has: Site["has"]): AssetRoute | null {
  for (const handling of notFound ?? []) {
    if (handling === "404-page") {
      for (let folder = address; folder !== ""; ) {
        folder = folder.slice(0, folder.lastIndexOf("/"));
        if (has(`${folder}/404.html`))
          return { kind: "file", address: `${folder}/404.html`, status: 404, isFallback: true };
      }
    } else if (has("/index.html")) return { kind: "file", address: "/index.html", status: 200, isFallback: true };
  }
  return null;
}

/** A candidate file for an address, or a redirect to the file's canonical address `to`. */
type Step = [file: string, to?: string];

/** The candidate files for an address, in order of precedence. */
const STEPS: Record<HtmlHandling, (address: string) => Step[]> = {
  "auto-trailing-slash": (address) => [
    ...autoSteps(address),
    [address],
    [`${address}.html`],
    [`${address}/index.html`, `${address}/`],
  ],
  "force-trailing-slash": (address) => [
    ...forceSteps(address),
    [address],
    [`${address}.html`, `${address}/`],
    [`${address}/index.html`, `${address}/`],
  ],
  "drop-trailing-slash": (address) => [
    ...dropSteps(address),
    [address],
    [`${address}.html`],
    [`${address}/index.html`],
  ],
  none: (address) => [[address]],
};

function autoSteps(address: string): Step[] {
  const folder = address.replace(/index(?:\.html)?$/, "");
  const bare = address.replace(/\/(?:index(?:\.html)?)?$|\.html$/, "");
  if (address.endsWith("/index")) return [[address], [`${address}.html`, folder], [`${bare}.html`, bare]];
  if (address.endsWith("/index.html"))
    return [
      [address, folder],
      [`${bare}.html`, bare],
    ];
  if (address.endsWith("/")) return [[`${address}index.html`], [`${bare}.html`, bare]];
  return address.endsWith(".html")
    ? [
        [address, bare],
        [`${bare}/index.html`, `${bare}/`],
      ]
    : [];
}

function forceSteps(address: string): Step[] {
  const bare = address.replace(/\/(?:index(?:\.html)?)?$|\.html$/, "");
  const folder = `${bare}/`;
  if (address.endsWith("/index")) return [[address], [`${address}.html`, folder], [`${bare}.html`, folder]];
  if (address.endsWith("/index.html"))
    return [
      [address, folder],
      [`${bare}.html`, folder],
    ];
  if (address.endsWith("/")) return [[`${address}index.html`], [`${bare}.html`]];
  return address.endsWith(".html") ? [[address, folder], [address], [`${bare}/index.html`, folder]] : [];
}

function dropSteps(address: string): Step[] {
  if (address === "/") return [["/index.html"]];
  if (address === "/index" || address === "/index.html")
    return [...(address === "/index" ? [["/index"] as Step] : []), ["/index.html", "/"]];
  const bare = address.replace(/\/(?:index(?:\.html)?)?$|\.html$/, "");
  if (address.endsWith("/index")) return [[address], [`${bare}.html`, bare], [`${address}.html`, bare]];
  if (address.endsWith("/index.html")) return [[address, bare], [address], [`${bare}.html`, bare]];
  if (address.endsWith("/") || address.endsWith(".html"))
    return [
      [address.endsWith("/") ? `${bare}.html` : address, bare],
      [`${bare}/index.html`, bare],
    ];
  return [];
}

/** Finds the file that responds at an address. Redirects only to an address at which the same file responds. */
function resolve(address: string, html: HtmlHandling, has: Site["has"], follows = true): AssetRoute | null {
  for (const [file, to] of STEPS[html](address)) {
    if (!has(file)) continue;
    if (to === undefined) return { kind: "file", address: file, status: 200 };
    if (!follows || has(to)) continue;
    const found = resolve(to, html, has, false);
    if (found?.kind === "file" && found.address === file) return { kind: "redirect", to };
  }
  return null;
}

/** Matches a pattern whose only special character is `*`, in time linear in the address. */
function matchesPattern(pattern: string, pathname: string): boolean {
  const [first = "", ...rest] = pattern.split("*");
  const last = rest.pop();
  if (last === undefined) return pathname === first;
  if (!pathname.startsWith(first)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = pathname.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return pathname.length - at >= last.length && pathname.endsWith(last);
}
