import { RESERVED } from "../gateway/client-script.ts";
import { notFoundPage, serverErrorPage, storageFullPage } from "../gateway/pages.ts";
import { BUILT } from "../project/assets.ts";
import type { ServerCode } from "../project/server.ts";
import type { BuildStore, KeptAsset, KeptBuild } from "./build-store.ts";
import { rangeOf } from "./byte-range.ts";
import { isNavigation } from "./navigation.ts";
import { applyHeaderRules, RULE_FILES, redirectOf } from "./pages-rules.ts";
import { REPLACED } from "./running-app.ts";
import { STORAGE_FULL } from "./storage-limit.ts";

/** The source of an app's responses. `showsErrors`: whether error pages contain the server's exception. */
export type Answering = {
  build: KeptBuild;
  store: BuildStore;
  /** Sends a request to the app's server. */
  run: (server: ServerCode, request: Request) => Promise<Response>;
  showsErrors: boolean;
  /** Whether the app is public, so that shared caches may store responses and texts are compressed. */
  isPublic?: boolean;
};

/**
 * Serves a built app: a static file, else its server, else its page for a navigation (a client-side route), else 404.
 */
export async function serveApp(
  request: Request,
  { build, store, isPublic = false, ...running }: Answering,
): Promise<Response> {
  const isServersFirst = build.server !== null && answersFirst(build.server, request);
  const found = isServersFirst ? null : findFile(request, build, store);
  if (found instanceof Response) return found;
  const send = (file: KeptAsset) => withRules(sendAsset(request, file, store, isPublic), request, build, store);
  if (found !== null) return send(found);
  if (new URL(request.url).pathname.startsWith(RESERVED)) return new Response("Not found", { status: 404 });
  const response = build.server === null ? null : await runServer(build.server, request, running);
  if (response !== null && !(isNavigation(request) && leavesToPage(response))) return response;
  const fallback = build.server?.environment?.assets.has404Page ? "/404.html" : "/index.html";
  const isRoute = isNavigation(request) && new URL(request.url).pathname.startsWith(build.facts.base);
  const index = isRoute ? store.asset(build.revision, fallback) : null;
  if (index !== null) return fallback === "/index.html" ? send(index) : withStatus(send(index), 404);
  return response ?? (isNavigation(request) ? notFoundPage() : new Response("Not found", { status: 404 }));
}

/** Finds the response that precedes the app's server: a redirect, a static file, or the file that a rule names. */
function findFile(request: Request, build: KeptBuild, store: BuildStore): Response | KeptAsset | null {
  const toBase = redirectToBase(request, build, store);
  if (toBase !== null) return toBase;
  const redirected = redirectFor(request, build, store);
  if (redirected instanceof Response) return redirected;
  return assetFor(request, build, store) ?? redirectToPage(request, build, store) ?? redirected;
}

/** Serves a static file to the app's own server, by the same rules: a redirect, the file, or 404. */
export function answerAsset(request: Request, { build, store }: Pick<Answering, "build" | "store">): Response {
  const found = findFile(request, build, store);
  if (found instanceof Response) return found;
  const file = found ?? (isNavigation(request) ? store.asset(build.revision, "/index.html") : null);
  if (file === null) return new Response("Not found", { status: 404 });
  return withRules(sendAsset(request, file, store, false), request, build, store);
}

/** Whether the wrangler configuration routes a path to the server before the static files; built files never are. */
function answersFirst({ environment }: ServerCode, request: Request): boolean {
  const { pathname } = new URL(request.url);
  const first = environment?.assets.workerFirst ?? [];
  if (pathname.startsWith(RESERVED)) return false;
  if (first === true) return true;
  const matches = (pattern: string) => new RegExp(`^${pattern.split("*").map(escaped).join(".*")}$`).test(pathname);
  const excluded = first.filter((pattern) => pattern.startsWith("!")).some((pattern) => matches(pattern.slice(1)));
  return !excluded && first.some((pattern) => !pattern.startsWith("!") && matches(pattern));
}

/** Whether a server has nothing at an address, not even a page that says so. */
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
 * Redirects `/docs` to `/docs/` and `/about/` to `/about` where only that names a page, as Cloudflare's `auto-trailing-slash`
 * does: a page's relative addresses are read from its own.
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
  return new Response(null, { status: 307, headers: { Location: location, "Cache-Control": "no-cache" } });
}

/** Answers by the app's `_redirects`: another address, or the file that a rule names, which a file of the address hides. */
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

/** Adds the headers of the app's `_headers`; those of the gateway are set later and win. */
function withRules(response: Response, request: Request, { revision }: KeptBuild, store: BuildStore): Response {
  const rules = ruleFile("/_headers", revision, store);
  if (rules === null) return response;
  const headers = new Headers(response.headers);
  applyHeaderRules(rules, new URL(request.url).pathname, headers);
  // A file that a rule calls compressed is: `automatic` would compress it once more.
  const isCompressed = headers.has("Content-Encoding") && !response.headers.has("Content-Encoding");
  const encodeBody = isCompressed ? "manual" : "automatic";
  return new Response(response.body, { status: response.status, headers, encodeBody });
}

const ruleFile = (address: string, revision: number, store: BuildStore): string | null =>
  store.asset(revision, address) === null ? null : new TextDecoder().decode(store.body(revision, address));

/** Removes the app's base path from an address; an address without it names the same file. */
const withoutBase = (address: string, base: string): string =>
  address.startsWith(base) ? address.slice(base.length - 1) : address;

function assetFor(request: Request, build: KeptBuild, store: BuildStore): KeptAsset | null {
  if (request.method !== "GET" && request.method !== "HEAD") return null;
  const decoded = decode(new URL(request.url).pathname);
  if (decoded === null) return null;
  // `${import.meta.env.BASE_URL}/logo.svg` has two slashes; static hosts serve the file.
  const address = withoutBase(decoded, build.facts.base).replace(/\/{2,}/g, "/");
  const addresses = address.endsWith("/") ? [`${address}index.html`] : [address, `${address}.html`];
  for (const candidate of addresses.filter((one) => !RULE_FILES.has(one))) {
    const asset = store.asset(build.revision, candidate);
    if (asset !== null) return asset;
  }
  // A page of an earlier build loads scripts of that build later on, whose names have the hash of their content.
  return decoded.startsWith(BUILT) ? store.assetOfAny(decoded) : null;
}

function sendAsset(
  request: Request,
  { revision, address, contentType, etag: hash }: KeptAsset,
  store: BuildStore,
  isPublic: boolean,
): Response {
  const etag = `"${hash}"`;
  const isText =
    /^(text\/|application\/(javascript|json)|image\/svg)/.test(contentType) && !contentType.includes("charset");
  const headers = new Headers({
    "Content-Type": isText ? `${contentType}; charset=utf-8` : contentType,
    "Cache-Control": cacheControl(address, isPublic),
    "Accept-Ranges": "bytes",
    ETag: etag,
  });
  const { headers: asked } = request;
  if (failsMatch(asked.get("If-Match"), etag)) return new Response(null, { status: 412, headers });
  if (asked.get("If-None-Match")?.includes(etag)) return new Response(null, { status: 304, headers });
  const body = store.body(revision, address);
  // Only GET has ranges (RFC 9110), and a preview's page differs from its file by the client script.
  const range =
    request.method === "GET" && !contentType.startsWith("text/html") ? rangeOf(asked, body.length, etag) : null;
  if (range === "unsatisfiable") {
    headers.set("Content-Range", `bytes */${body.length}`);
    return new Response(null, { status: 416, headers });
  }
  if (range === null) {
    if (isPublic && isText && body.length > COMPRESSED_FROM && acceptsGzip(asked)) {
      headers.set("Content-Encoding", "gzip");
      headers.set("Vary", "Accept-Encoding");
    } else headers.set("Content-Length", String(body.length));
    return new Response(request.method === "HEAD" ? null : body, { headers });
  }
  headers.set("Content-Range", `bytes ${range.first}-${range.last}/${body.length}`);
  headers.set("Content-Length", String(range.last - range.first + 1));
  return new Response(body.subarray(range.first, range.last + 1), { status: 206, headers });
}

/** A shorter text fits into one packet uncompressed. */
const COMPRESSED_FROM = 1_400;
const acceptsGzip = (asked: Headers): boolean => /\bgzip\b/.test(asked.get("Accept-Encoding") ?? "");

function cacheControl(address: string, isPublic: boolean): string {
  const who = isPublic ? "public" : "private";
  return address.startsWith(BUILT) ? `${who}, max-age=31536000, immutable` : `${who}, no-cache`;
}

const failsMatch = (condition: string | null, etag: string): boolean =>
  condition !== null && condition.trim() !== "*" && !condition.split(",").some((one) => one.trim() === etag);

/** Reports an uncaught exception of the server's code. */
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
 * Reports a full database to the app's user: a page for a browser, JSON for a script. The message is not confidential.
 */
function storageFull(request: Request, thrown: string): Response {
  const detail = thrown.slice(thrown.indexOf(STORAGE_FULL));
  if (isNavigation(request)) return storageFullPage(detail);
  return Response.json({ error: "storage_full", detail }, { status: 507 });
}

/** Normalizes an address to Unicode form C, the form of file names; a page written on macOS may use form D. */
function decode(pathname: string): string | null {
  try {
    return decodeURIComponent(pathname).normalize("NFC");
  } catch (failure) {
    if (failure instanceof URIError) return null;
    throw failure;
  }
}
