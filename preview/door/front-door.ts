import { projectOfLabel } from "../../worker/contract/public-label.ts";
import type { Environment } from "../environment.ts";
import type { PublicApp } from "../public/public-app.ts";
import { CLIENT_SCRIPT, clientScript, RESERVED } from "./client-script.ts";
import { cookieHeader, readCookie } from "./cookie.ts";
import { requestHeaders, responseHeaders } from "./headers.ts";
import { refusedPage, unavailablePage } from "./pages.ts";
import { withVisit } from "./visit.ts";

/** Answers what a visitor asks of an app's origin, `<label>.<PREVIEW_DOMAIN>`: a preview's, or a public one. */
export async function openDoor(request: Request, env: Environment): Promise<Response> {
  const url = new URL(request.url);
  const publicProject = projectOfLabel(labelOf(url.host, env.PREVIEW_DOMAIN));
  const response = await answer(request, url, env, publicProject).catch(unavailable);
  // A 101 must be handed on as it is, with its socket.
  if (response.webSocket) return response;
  const headers = responseHeaders(response.headers, publicProject === null ? env.APP_URL : null);
  const entered = publicProject === null && url.pathname === `${RESERVED}enter` && response.status === 303;
  if (entered) for (const cookie of response.headers.getSetCookie()) headers.append("Set-Cookie", cookie);
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
}

async function answer(request: Request, url: URL, env: Environment, publicProject: string | null): Promise<Response> {
  if (!isLabel(labelOf(url.host, env.PREVIEW_DOMAIN))) return new Response("No app has this name.", { status: 404 });
  // A worker would outlive the link that let its app in, and answer for the origin without us.
  if (isServiceWorker(request)) return new Response("Service workers are not available here.", { status: 403 });
  if (publicProject !== null) return answerPublic(request, url, env.PUBLIC_APPS.getByName(publicProject));
  if (url.pathname === `${RESERVED}enter`) return enter(url, env);
  if (url.pathname === CLIENT_SCRIPT) return script(env);
  const cookie = readCookie(request);
  const admitted = cookie === null ? null : await env.API.admit(url.host, cookie);
  if (admitted === null) return refusedPage();
  if (isFromAnotherOrigin(request, url)) return onlyItself();
  const headers = withVisit(requestHeaders(request.headers), admitted);
  return env.APPS.getByName(admitted.projectId).fetch(passedOn(request, headers));
}

/** Anybody is let in, and nobody is asked: the app's object knows itself whether it is public. */
async function answerPublic(request: Request, url: URL, app: DurableObjectStub<PublicApp>): Promise<Response> {
  if (isFromAnotherOrigin(request, url)) return onlyItself();
  return app.fetch(passedOn(request, requestHeaders(request.headers)));
}

const passedOn = ({ url, method, body }: Request, headers: Headers): Request =>
  new Request(url, { method, headers, body, redirect: "manual" });

const onlyItself = (): Response => new Response("Only the app itself may call it.", { status: 403 });

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

/** What stands before the domain of all apps; empty for a host that is not below it. */
function labelOf(host: string, domain: string): string {
  return host.endsWith(`.${domain}`) ? host.slice(0, -domain.length - 1) : "";
}

function isLabel(label: string): boolean {
  return /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(label);
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
  return unavailablePage("It could not be reached just now. Try again shortly.");
}
