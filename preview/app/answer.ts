import { CLIENT_SCRIPT, RESERVED } from "../door/client-script.ts";
import { buildFailedPage, notFoundPage, serverErrorPage } from "../door/pages.ts";
import { BUILT, type ServerCode } from "../project/compile-project.ts";
import type { BuildStore, KeptAsset, KeptBuild } from "./build-store.ts";
import { REPLACED } from "./running-app.ts";

/** Sends a request to the app's server. */
export type RunServer = (server: ServerCode, request: Request) => Promise<Response>;

/**
 * What an app answers: a static file, else its server, else its page for a navigation (a client-side route), else 404.
 */
export async function answer(request: Request, build: KeptBuild, store: BuildStore, run: RunServer): Promise<Response> {
  if (!build.report.ok) return buildFailed(request, build);
  const asset = assetFor(request, build, store);
  if (asset !== null) return withClientScript(request, sendAsset(request, asset, build, store));
  if (new URL(request.url).pathname.startsWith(RESERVED)) return new Response("Not found", { status: 404 });
  const response = build.server === null ? null : await runServer(build.server, request, run);
  if (response !== null && !(response.status === 404 && isNavigation(request)))
    return withClientScript(request, response);
  const index = isNavigation(request) ? store.asset(build.revision, "/index.html") : null;
  if (index !== null) return withClientScript(request, sendAsset(request, index, build, store));
  return withClientScript(
    request,
    response ?? (isNavigation(request) ? notFoundPage() : new Response("Not found", { status: 404 })),
  );
}

function assetFor(request: Request, build: KeptBuild, store: BuildStore): KeptAsset | null {
  if (request.method !== "GET" && request.method !== "HEAD") return null;
  const address = decode(new URL(request.url).pathname);
  if (address === null) return null;
  const addresses = address.endsWith("/") ? [`${address}index.html`] : [address, `${address}.html`];
  for (const candidate of addresses) {
    const asset = store.asset(build.revision, candidate);
    if (asset !== null) return asset;
  }
  return null;
}

function sendAsset(request: Request, asset: KeptAsset, build: KeptBuild, store: BuildStore): Response {
  const { address, contentType, etag } = asset;
  const isText =
    /^(text\/|application\/(javascript|json)|image\/svg)/.test(contentType) && !contentType.includes("charset");
  const headers = new Headers({
    "Content-Type": isText ? `${contentType}; charset=utf-8` : contentType,
    "Cache-Control": address.startsWith(BUILT) ? "private, max-age=31536000, immutable" : "private, no-cache",
    ETag: `"${etag}"`,
  });
  if (request.headers.get("If-None-Match")?.includes(`"${etag}"`)) return new Response(null, { status: 304, headers });
  return new Response(request.method === "HEAD" ? null : store.body(build.revision, address), { headers });
}

/** An error the server's code did not catch; what it was is in the log. */
async function runServer(server: ServerCode, request: Request, run: RunServer): Promise<Response> {
  try {
    return await run(server, request);
  } catch (failure) {
    const detail = failure instanceof Error ? `${failure.name}: ${failure.message}` : String(failure);
    if (detail.includes(REPLACED)) return new Response(REPLACED, { status: 503, headers: { "Retry-After": "1" } });
    if (isNavigation(request)) return serverErrorPage(detail);
    return Response.json({ error: "server_error", detail }, { status: 500 });
  }
}

function buildFailed(request: Request, build: KeptBuild): Response {
  if (isNavigation(request)) return buildFailedPage(build.report.diagnostics);
  return Response.json({ error: "build_failed", diagnostics: build.report.diagnostics }, { status: 500 });
}

/**
 * Puts our script first in a page's head. A page written without head and body gets it at its end; what a script has
 * fetched is a fragment and stays as it is.
 */
function withClientScript(request: Request, response: Response): Response {
  if (response.webSocket || !(response.headers.get("Content-Type") ?? "").startsWith("text/html")) return response;
  if (response.body === null) return response;
  let done = false;
  const script = `<script src="${CLIENT_SCRIPT}"></script>`;
  const rewriter = new HTMLRewriter()
    .on("head, body", {
      element(element) {
        if (!done) element.prepend(script, { html: true });
        done = true;
      },
    })
    .onDocument({
      end(end) {
        if (!done && isNavigation(request)) end.append(script, { html: true });
      },
    });
  const headers = new Headers(response.headers);
  headers.delete("Content-Length");
  return rewriter.transform(new Response(response.body, { status: response.status, headers }));
}

function isNavigation(request: Request): boolean {
  const mode = request.headers.get("Sec-Fetch-Mode");
  const asksForPage = (request.headers.get("Accept") ?? "").includes("text/html");
  return request.method === "GET" && asksForPage && (mode === null || mode === "navigate");
}

function decode(pathname: string): string | null {
  try {
    return decodeURIComponent(pathname);
  } catch (failure) {
    if (failure instanceof URIError) return null;
    throw failure;
  }
}
