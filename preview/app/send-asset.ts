import { BUILT } from "../project/assets.ts";
import type { BuildStore, KeptAsset, KeptBuild } from "./build-store.ts";
import { rangeOf } from "./byte-range.ts";
import { applyHeaderRules } from "./pages-rules.ts";

/** The build of a file. `isPublic` allows shared caches to store responses, and compresses texts. */
export type Sending = { build: KeptBuild; store: BuildStore; isPublic?: boolean };

/** Sends a static file, or the requested range of it, with the headers of the app's `_headers`. */
export const send = (file: KeptAsset, request: Request, { build, store, isPublic = false }: Sending): Response =>
  withRules(sendAsset(request, file, store, isPublic), request, build, store);

/** Adds the headers of the app's `_headers`. The gateway sets its own headers later and overrides them. */
function withRules(response: Response, request: Request, { revision }: KeptBuild, store: BuildStore): Response {
  const rules = ruleFile("/_headers", revision, store);
  if (rules === null) return response;
  const headers = new Headers(response.headers);
  applyHeaderRules(rules, new URL(request.url).pathname, headers);
  // A rule declares the file as already compressed: `automatic` would compress it again.
  const isCompressed = headers.has("Content-Encoding") && !response.headers.has("Content-Encoding");
  const encodeBody = isCompressed ? "manual" : "automatic";
  return new Response(response.body, { status: response.status, headers, encodeBody });
}

/** Reads a rule file, such as `_redirects`; returns null when the build has none. */
export const ruleFile = (address: string, revision: number, store: BuildStore): string | null =>
  store.asset(revision, address) === null ? null : new TextDecoder().decode(store.body(revision, address));

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
  // Ranges apply only to GET (RFC 9110). A preview's page differs from its file by the client script, so it has no
  // ranges.
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

/** The minimum bytes for compression. A shorter text fits into one packet uncompressed. */
const COMPRESSED_FROM = 1_400;
const acceptsGzip = (asked: Headers): boolean => /\bgzip\b/.test(asked.get("Accept-Encoding") ?? "");

function cacheControl(address: string, isPublic: boolean): string {
  const who = isPublic ? "public" : "private";
  return address.startsWith(BUILT) ? `${who}, max-age=31536000, immutable` : `${who}, no-cache`;
}

const failsMatch = (condition: string | null, etag: string): boolean =>
  condition !== null && condition.trim() !== "*" && !condition.split(",").some((one) => one.trim() === etag);
