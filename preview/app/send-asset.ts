import { BUILT } from "../project/assets.ts";
import type { BuildStore, KeptAsset, KeptBuild } from "./build-store.ts";
import { rangeOf } from "./byte-range.ts";
import { applyHeaderRules } from "./pages-rules.ts";

/** The build of a file, and whether the app is public, so that shared caches may store responses and texts are compressed. */
export type Sending = { build: KeptBuild; store: BuildStore; isPublic?: boolean };

/** Sends a static file, or the part of it that the request asks for, with the headers of the app's `_headers`. */
export const send = (file: KeptAsset, request: Request, { build, store, isPublic = false }: Sending): Response =>
  withRules(sendAsset(request, file, store, isPublic), request, build, store);

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

/** Reads a file of rules, such as `_redirects`; null where the build has none. */
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
