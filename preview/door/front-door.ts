import type { Environment } from "../environment.ts";
import { CLIENT_SCRIPT, clientScript, RESERVED } from "./client-script.ts";
import { cookieHeader, readCookie } from "./cookie.ts";
import { requestHeaders, responseHeaders } from "./headers.ts";
import { refusedPage, unavailablePage } from "./pages.ts";
import { withVisit } from "./visit.ts";

/** Answers what a visitor asks of a preview's origin, `<label>.<PREVIEW_DOMAIN>`. */
export async function openDoor(request: Request, env: Environment): Promise<Response> {
  const url = new URL(request.url);
  const response = await answer(request, url, env).catch(unavailable);
  // A 101 must be handed on as it is, with its socket.
  if (response.webSocket) return response;
  const headers = responseHeaders(response.headers, env.APP_URL);
  const entered = url.pathname === `${RESERVED}enter` && response.status === 303;
  if (entered) for (const cookie of response.headers.getSetCookie()) headers.append("Set-Cookie", cookie);
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
}

async function answer(request: Request, url: URL, env: Environment): Promise<Response> {
  if (!isPreviewHost(url.host, env.PREVIEW_DOMAIN)) return new Response("No preview has this name.", { status: 404 });
  // A worker would outlive the link that let its app in, and answer for the origin without us.
  if (isServiceWorker(request)) return new Response("Service workers are not available in previews.", { status: 403 });
  if (url.pathname === `${RESERVED}enter`) return enter(url, env);
  if (url.pathname === CLIENT_SCRIPT) return script(env);
  const cookie = readCookie(request);
  const admitted = cookie === null ? null : await env.API.admit(url.host, cookie);
  if (admitted === null) return refusedPage();
  if (isFromAnotherOrigin(request, url)) return new Response("Only the app itself may call it.", { status: 403 });
  const headers = withVisit(requestHeaders(request.headers), admitted);
  const passed = new Request(request.url, { method: request.method, headers, body: request.body, redirect: "manual" });
  return env.APPS.getByName(admitted.projectId).fetch(passed);
}

/** Exchanges a link's token for the origin's cookie, and goes to the page asked for without the token in its address. */
async function enter(url: URL, env: Environment): Promise<Response> {
  const token = url.searchParams.get("token");
  const admission = token === null ? null : await env.API.enter(url.host, token);
  if (admission === null) return refusedPage();
  const headers = new Headers({ Location: pathOnly(url.searchParams.get("to"), url), "Cache-Control": "no-store" });
  headers.set("Set-Cookie", cookieHeader(admission.cookie, admission.maxAgeSeconds));
  return new Response(null, { status: 303, headers });
}

/** A path of this origin, whatever was asked for. */
function pathOnly(to: string | null, url: URL): string {
  if (to === null || !URL.canParse(to, url.origin)) return "/";
  const target = new URL(to, url.origin);
  const inside =
    target.origin === url.origin && !target.pathname.startsWith("//") && !target.pathname.startsWith(RESERVED);
  return inside ? target.pathname + target.search + target.hash : "/";
}

function isPreviewHost(host: string, domain: string): boolean {
  return host.endsWith(`.${domain}`) && /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(host.slice(0, -domain.length - 1));
}

function isServiceWorker(request: Request): boolean {
  return request.headers.has("Service-Worker") || request.headers.get("Sec-Fetch-Dest") === "serviceworker";
}

/** The cookie goes with requests of any page in the same frame: writes and sockets must come from the app's own origin. */
function isFromAnotherOrigin(request: Request, url: URL): boolean {
  const origin = request.headers.get("Origin");
  const reads = (request.method === "GET" || request.method === "HEAD") && request.headers.get("Upgrade") === null;
  return origin !== null && !reads && origin !== url.origin;
}

function script(env: Environment): Response {
  const headers = { "Content-Type": "text/javascript; charset=utf-8", "Cache-Control": "private, max-age=300" };
  return new Response(clientScript(env.APP_URL), { headers });
}

/** What went wrong between the Workers, not in the app: told in one line, and to the visitor without its detail. */
function unavailable(failure: unknown): Response {
  console.error(JSON.stringify({ level: "error", event: "preview_failed", detail: String(failure) }));
  return unavailablePage("The builder could not answer for this preview. Try again shortly.");
}
