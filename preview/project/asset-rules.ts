import type { Asset } from "./assets.ts";
import { recordOf } from "./config-values.ts";
import { functionRoutes } from "./pages-functions.ts";
import type { ServerEntry } from "./server.ts";
import type { SourceFiles } from "./source-files.ts";
import { readConfig } from "./wrangler-config.ts";

/** How addresses of HTML files are written: https://developers.cloudflare.com/workers/static-assets/routing/advanced/html-handling/ */
const HTML_HANDLING = ["auto-trailing-slash", "force-trailing-slash", "drop-trailing-slash", "none"] as const;
export type HtmlHandling = (typeof HTML_HANDLING)[number];

/** The responses for an address without a file: the nearest `404.html` above it, or `index.html`. */
type NotFoundHandling = "404-page" | "single-page-application";

/** How Cloudflare would route an app's requests between its static files and its server. */
export type AssetRules = {
  html: HtmlHandling;
  /** The first that is there responds; null where the project does not say. */
  notFound: NotFoundHandling[] | null;
  /** The requests for which these responses precede the server: none, a browser's navigations, or all. */
  precedes: "none" | "navigations" | "all";
  /** The addresses that the server responds to before the files: all, or those that match patterns with `*`. */
  serverFirst: true | string[];
  /** Patterns of addresses that never reach the server. */
  filesOnly: string[];
  /** Whether the server responds to nothing but `serverFirst`. */
  isServerLimited: boolean;
};

/**
 * Returns the rules of a project that configures them: by `assets` of its wrangler configuration, or as a project of Cloudflare
 * Pages; null for any other.
 * @param assets the served files, among them perhaps the project's own `_routes.json`
 */
export function assetRulesOf(
  files: SourceFiles,
  entry: ServerEntry | null,
  assets: readonly Pick<Asset, "address" | "body">[],
): AssetRules | null {
  const config = readConfig(files);
  const routes = assets.find(({ address }) => address === "/_routes.json");
  const text = routes === undefined ? null : new TextDecoder().decode(routes.body);
  if (isOfPages(config, entry)) return rulesOfPages(entry, files, text);
  return Object.hasOwn(config, "assets") ? rulesOfWorkers(config) : null;
}

function rulesOfWorkers(config: Record<string, unknown>): AssetRules {
  const { html_handling: html, not_found_handling: notFound, run_worker_first: first } = recordOf(config.assets);
  const patterns = Array.isArray(first) ? first.filter((one) => typeof one === "string") : [];
  const prefersFiles = Array.isArray(first) ? "all" : prefersNavigations(config) ? "navigations" : "none";
  return {
    html: HTML_HANDLING.find((one) => one === html) ?? "auto-trailing-slash",
    notFound: notFoundOf(notFound),
    precedes: prefersFiles,
    serverFirst: first === true || patterns.filter((pattern) => pattern.startsWith("/")),
    filesOnly: patterns.filter((pattern) => pattern.startsWith("!/")).map((pattern) => pattern.slice(1)),
    isServerLimited: false,
  };
}

function notFoundOf(handling: unknown): AssetRules["notFound"] {
  if (handling === "404-page" || handling === "single-page-application") return [handling];
  return handling === "none" ? [] : null;
}

/**
 * Whether a navigation gets the page for unknown addresses without asking the server. Wrangler runs a project without a date as of today.
 * https://developers.cloudflare.com/workers/configuration/compatibility-flags/#navigation-requests-prefer-asset-serving
 */
function prefersNavigations({
  compatibility_date: date,
  compatibility_flags: listed,
}: Record<string, unknown>): boolean {
  const flags: unknown[] = Array.isArray(listed) ? listed : [];
  if (flags.includes("assets_navigation_prefers_asset_serving")) return true;
  if (flags.includes("assets_navigation_has_no_effect")) return false;
  return typeof date !== "string" || date >= "2025-04-01";
}

function isOfPages(config: Record<string, unknown>, entry: ServerEntry | null): boolean {
  if (entry?.kind === "functions" || entry?.isOfPages === true) return true;
  return entry === null && typeof config.pages_build_output_dir === "string";
}

/** Pages has no settings: https://developers.cloudflare.com/pages/configuration/serving-pages/ */
function rulesOfPages(entry: ServerEntry | null, files: SourceFiles, routes: string | null): AssetRules {
  const given = routes === null ? null : parseRoutes(routes);
  const made = entry?.kind === "functions" ? functionRoutes(files) : ["/*"];
  return {
    html: "auto-trailing-slash",
    notFound: ["404-page", "single-page-application"],
    precedes: "all",
    serverFirst: (given?.include ?? made).flatMap(patternsOfRoute),
    filesOnly: (given?.exclude ?? []).flatMap(patternsOfRoute),
    isServerLimited: true,
  };
}

/** Reads a project's `_routes.json`: https://developers.cloudflare.com/pages/functions/routing/#create-a-_routesjson-file */
function parseRoutes(text: string): { include: string[]; exclude: string[] } | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (failure) {
    if (failure instanceof SyntaxError) return null;
    throw failure;
  }
  const { version, include, exclude } = recordOf(value);
  if (version !== 1 || !Array.isArray(include)) return null;
  const rulesIn = (list: unknown): string[] =>
    (Array.isArray(list) ? list : []).filter((rule) => typeof rule === "string" && rule.startsWith("/"));
  return { include: rulesIn(include), exclude: rulesIn(exclude) };
}

/** A route of Pages matches with and without a slash at its end, and `/a/*` matches `/a`. */
function patternsOfRoute(route: string): string[] {
  if (route === "/" || route === "/*") return [route];
  if (route.endsWith("/*")) return [route.slice(0, -2), route];
  if (route.endsWith("*")) return [route];
  const bare = route.replace(/\/$/, "");
  return [bare, `${bare}/`];
}
