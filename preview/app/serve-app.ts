import { RESERVED } from "../gateway/client-script.ts";
import { notFoundPage, serverErrorPage, storageFullPage } from "../gateway/pages.ts";
import type { AssetRules } from "../project/asset-rules.ts";
import { BUILT } from "../project/assets.ts";
import type { ServerCode } from "../project/server.ts";
import type { BuildStore, KeptAsset, KeptBuild } from "./build-store.ts";
import { isNavigation } from "./navigation.ts";
import { RULE_FILES, redirectOf } from "./pages-rules.ts";
import { routeAsset } from "./route-asset.ts";
import { REPLACED } from "./running-app.ts";
import { ruleFile, type Sending, send } from "./send-asset.ts";
import { STORAGE_FULL } from "./storage-limit.ts";

/** The source of an app's responses. `showsErrors`: whether error pages include the server's exception. */
export type Answering = Sending & {
  /** Sends a request to the app's server. */
  run: (server: ServerCode, request: Request) => Promise<Response>;
  showsErrors: boolean;
};

/**
 * Serves a built app: a static file, then its server, then its page for a navigation (a client-side route), then 404. A
 * project's static file rules may change this order.
 */
export async function serveApp(request: Request, answering: Answering): Promise<Response> {
  const { build } = answering;
  const isReserved = new URL(request.url).pathname.startsWith(RESERVED);
  const server = isReserved ? null : build.server;
  const found = findBeforeServer(request, server, answering);
  if (found !== null) return found;
  if (isReserved) return new Response("Not found", { status: 404 });
  const response = server === null ? null : await runServer(server, request, answering);
  if (response !== null && !(isNavigation(request) && leavesToPage(response))) return response;
  return pageOfRoute(request, answering) ?? response ?? nothingAt(request);
}

/** Serves a static file to the app's own server by the same rules: a redirect, the file, or 404. */
export function answerAsset(request: Request, { build, store }: Pick<Answering, "build" | "store">): Response {
  const { rules } = build.facts;
  const byRules = rules && findByRules(request, rules, null, { build, store });
  if (byRules) return byRules instanceof Response ? byRules : new Response("Not found", { status: 404 });
  const found = findFile(request, build, store);
  if (found instanceof Response) return found;
  const file = found ?? (isNavigation(request) ? store.asset(build.revision, "/index.html") : null);
  if (file === null) return new Response("Not found", { status: 404 });
  return send(file, request, { build, store });
}

const nothingAt = (request: Request): Response =>
  isNavigation(request) ? notFoundPage() : new Response("Not found", { status: 404 });

/**
 * Finds the response that precedes the app's server; returns null when the server should respond or nothing matches.
 */
function findBeforeServer(request: Request, server: ServerCode | null, answering: Answering): Response | null {
  const { build, store } = answering;
  const { rules } = build.facts;
  if (rules && !new URL(request.url).pathname.startsWith(RESERVED)) {
    const response = findByRules(request, rules, server, answering);
    if (response === "nothing") return pageOfRoute(request, answering) ?? nothingAt(request);
    return response === "server" ? null : response;
  }
  const found = server !== null && answersFirst(server, request) ? null : findFile(request, build, store);
  return found === null || found instanceof Response ? found : send(found, request, answering);
}

/**
 * Finds the response that the project's rules put before its server.
 * @param server the server that may respond; null when the app has no server or the server itself requests a file
 */
function findByRules(
  request: Request,
  rules: AssetRules,
  server: ServerCode | null,
  sending: Sending,
): Response | "server" | "nothing" {
  const { build, store } = sending;
  const url = new URL(request.url);
  const decoded = decode(url.pathname) ?? url.pathname;
  const address = withoutBase(decoded, build.facts.base).replace(/\/{2,}/g, "/");
  const fileAt = (path: string): KeptAsset | null =>
    RULE_FILES.has(path) ? null : (store.asset(build.revision, path) ?? builtFile(path, store));
  const hasServer = server !== null;
  const route = routeAsset(request, address, { rules, has: (path) => fileAt(path) !== null, hasServer });
  if (route.kind === "server-first") return "server";
  const moved = redirectToBase(request, build, store) ?? redirectFor(request, build, store);
  if (moved instanceof Response) return moved;
  if (route.kind === "method") return new Response(null, { status: 405 });
  if (route.kind === "redirect") {
    const base = decoded.startsWith(build.facts.base) ? build.facts.base.slice(0, -1) : "";
    return redirectTo(base + route.to.split("/").map(encodeURIComponent).join("/") + url.search);
  }
  const file = route.kind === "file" ? fileAt(route.address) : null;
  if (file !== null && route.kind === "file" && !(moved !== null && route.isFallback)) {
    const response = send(file, request, sending);
    return route.status === 404 && response.status === 200 ? withStatus(response, 404) : response;
  }
  if (moved !== null) return send(moved, request, sending);
  return route.kind === "server" ? "server" : "nothing";
}

/** Returns the app's page for a client-side route, or its not-found page. */
function pageOfRoute(request: Request, answering: Answering): Response | null {
  const { build, store } = answering;
  const isRoute = isNavigation(request) && new URL(request.url).pathname.startsWith(build.facts.base);
  if (!isRoute || (build.facts.rules?.notFound ?? null) !== null) return null;
  const fallback = build.server?.environment?.assets.has404Page ? "/404.html" : "/index.html";
  const index = store.asset(build.revision, fallback);
  if (index === null) return null;
  const response = send(index, request, answering);
  return fallback === "/index.html" ? response : withStatus(response, 404);
}

/** Finds the response that precedes the app's server: a redirect, a static file, or the file named by a rule. */
function findFile(request: Request, build: KeptBuild, store: BuildStore): Response | KeptAsset | null {
  const toBase = redirectToBase(request, build, store);
  if (toBase !== null) return toBase;
  const redirected = redirectFor(request, build, store);
  if (redirected instanceof Response) return redirected;
  return assetFor(request, build, store) ?? redirectToPage(request, build, store) ?? redirected;
}

/**
 * Returns whether the wrangler configuration routes a path to the server before the static files. Never true for built
 * files.
 */
function answersFirst({ environment }: ServerCode, request: Request): boolean {
  const { pathname } = new URL(request.url);
  const first = environment?.assets.workerFirst ?? [];
  if (pathname.startsWith(RESERVED)) return false;
  if (first === true) return true;
  const matches = (pattern: string) => new RegExp(`^${pattern.split("*").map(escaped).join(".*")}$`).test(pathname);
  const excluded = first.filter((pattern) => pattern.startsWith("!")).some((pattern) => matches(pattern.slice(1)));
  return !excluded && first.some((pattern) => !pattern.startsWith("!") && matches(pattern));
}

/**
 * Returns whether a server answers a missing page without HTML of its own, so that the app's page may respond instead.
 */
const leavesToPage = ({ status, headers }: Response): boolean =>
  status === 404 && headers.get("Content-Type")?.startsWith("text/html") !== true;

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

const withStatus = (response: Response, status: number): Response =>
  new Response(response.body, { status, headers: response.headers });

/** Redirects from the root of an origin to vite.config's `base`, as Vite's own servers do. */
function redirectToBase(
  request: Request,
  { revision, facts: { base } }: KeptBuild,
  store: BuildStore,
): Response | null {
  const { pathname, search } = new URL(request.url);
  const isAbove = base !== "/" && (pathname === "/" || `${pathname}/` === base);
  if (!isAbove || !isNavigation(request) || store.asset(revision, "/index.html") === null) return null;
  return new Response(null, { status: 302, headers: { Location: base + search, "Cache-Control": "no-cache" } });
}

/**
 * Redirects `/docs` to `/docs/` and `/about/` to `/about` when only the target names a page, as Cloudflare's
 * `auto-trailing-slash` does: relative URLs in a page resolve against its own address.
 */
function redirectToPage(
  request: Request,
  { revision, facts: { base } }: KeptBuild,
  store: BuildStore,
): Response | null {
  if (request.method !== "GET" && request.method !== "HEAD") return null;
  const { pathname, search } = new URL(request.url);
  const decoded = decode(pathname);
  if (decoded === null || pathname.startsWith(RESERVED) || /^\/{2}/.test(pathname)) return null;
  const address = withoutBase(decoded, base);
  const isFolder = address.endsWith("/");
  const page = isFolder ? `${address.slice(0, -1)}.html` : `${address}/index.html`;
  if (address === "/" || store.asset(revision, page) === null) return null;
  const location = (isFolder ? pathname.slice(0, -1) : `${pathname}/`) + search;
  return redirectTo(location);
}

/** Redirects temporarily: browsers would keep a permanent redirect after a later build has moved the page. */
const redirectTo = (location: string): Response =>
  new Response(null, { status: 307, headers: { Location: location, "Cache-Control": "no-cache" } });

/**
 * Applies the app's `_redirects`: returns a redirect, or the file that a rule names. A file at the address takes
 * precedence.
 */
function redirectFor(request: Request, { revision }: KeptBuild, store: BuildStore): Response | KeptAsset | null {
  const url = new URL(request.url);
  const rules = url.pathname.startsWith(RESERVED) ? null : ruleFile("/_redirects", revision, store);
  const found = rules === null ? null : redirectOf(rules, url);
  if (found === null) return null;
  if ("file" in found) return store.asset(revision, found.file === "/" ? "/index.html" : found.file);
  return new Response(null, {
    status: found.status,
    headers: { Location: found.location, "Cache-Control": "no-cache" },
  });
}

/** Removes the app's base path from an address. An address without the base names the same file. */
const withoutBase = (address: string, base: string): string =>
  address.startsWith(base) ? address.slice(base.length - 1) : address;

function assetFor(request: Request, build: KeptBuild, store: BuildStore): KeptAsset | null {
  if (request.method !== "GET" && request.method !== "HEAD") return null;
  const decoded = decode(new URL(request.url).pathname);
  if (decoded === null) return null;
  // `${import.meta.env.BASE_URL}/logo.svg` contains two slashes, and static hosts serve the file.
  const address = withoutBase(decoded, build.facts.base).replace(/\/{2,}/g, "/");
  const addresses = address.endsWith("/") ? [`${address}index.html`] : [address, `${address}.html`];
  for (const candidate of addresses.filter((one) => !RULE_FILES.has(one))) {
    const asset = store.asset(build.revision, candidate);
    if (asset !== null) return asset;
  }
  return builtFile(decoded, store);
}

/**
 * Finds a built file of any stored build. A page of an earlier build may later load scripts of that build, whose names
 * contain content hashes.
 */
const builtFile = (address: string, store: BuildStore): KeptAsset | null =>
  address.startsWith(BUILT) ? store.assetOfAny(address) : null;

/** Sends a request to the app's server and reports its uncaught exceptions. */
async function runServer(
  server: ServerCode,
  request: Request,
  { run, showsErrors }: Pick<Answering, "run" | "showsErrors">,
): Promise<Response> {
  try {
    return await run(server, request);
  } catch (failure) {
    const thrown = failure instanceof Error ? `${failure.name}: ${failure.message}` : String(failure);
    if (thrown.includes(REPLACED)) return new Response(REPLACED, { status: 503, headers: { "Retry-After": "1" } });
    if (thrown.includes(STORAGE_FULL)) return storageFull(request, thrown);
    const detail = showsErrors ? thrown : "Something went wrong in the app. Try again later.";
    if (isNavigation(request)) return serverErrorPage(detail);
    return Response.json({ error: "server_error", detail }, { status: 500 });
  }
}

/**
 * Reports a full database to the app's user: as a page for a browser, as JSON for a script. The message is not
 * confidential.
 */
function storageFull(request: Request, thrown: string): Response {
  const detail = thrown.slice(thrown.indexOf(STORAGE_FULL));
  if (isNavigation(request)) return storageFullPage(detail);
  return Response.json({ error: "storage_full", detail }, { status: 507 });
}

/** Normalizes an address to Unicode form C, the form of file names. A page written on macOS may use form D. */
function decode(pathname: string): string | null {
  try {
    return decodeURIComponent(pathname).normalize("NFC");
  } catch (failure) {
    if (failure instanceof URIError) return null;
    throw failure;
  }
}
