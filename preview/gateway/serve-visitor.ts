import { readPreviewLabel } from "../../worker/contract/preview-label.ts";
import { publicObjectOf } from "../app/hosted-app.ts";
import type { Environment } from "../environment.ts";
import { isPeoplePath } from "../people/people-paths.ts";
import { servePeople } from "../people/serve-people.ts";
import { isSignInHost, serveCallback } from "../people/serve-provider.ts";
import { readSession } from "../people/session-cookie.ts";
import { reportFault } from "../report-fault.ts";
import { withGrant, withNetwork, withSession } from "./access-headers.ts";
import { type AppHost, appAt } from "./app-host.ts";
import { CLIENT_SCRIPT, clientScript, RESERVED } from "./client-script.ts";
import { cookieHeader, readCookie } from "./cookie.ts";
import { requestHeaders, responseHeaders } from "./headers.ts";
import { hotScript } from "./hot/hot-script.ts";
import { HOT_SCRIPT } from "./hot/page-part.ts";
import { refusedPage, unavailablePage } from "./pages.ts";
import { pathOnly } from "./path-only.ts";
import { clientIp, networkOf, visitorOf } from "./visitor.ts";

/** Keeps the invocation alive for work after the response. */
type Background = { waitUntil(work: Promise<unknown>): void };

/** Paths of a link, and of the redirect that checks whether the browser has stored the cookie. */
const ENTER = `${RESERVED}enter`;
const ENTERED = `${RESERVED}entered`;

/** Two years of HTTPS only. */
const transportSecurity = "max-age=63072000";
const isLoopback = (domain: string): boolean => /(^|\.)localhost(:\d+)?$/.test(domain);

/**
 * Serves a visitor's request to an app's origin: a preview's, a staged one's, or a public one at its label, its name or its
 * owner's domain.
 */
export async function serveVisitor(request: Request, env: Environment, background: Background): Promise<Response> {
  const url = new URL(request.url);
  if (url.protocol === "http:" && !isLoopback(env.PREVIEW_DOMAIN)) return toHttps(url);
  const failed = (failure: unknown) => unavailable(failure, { request, env, background, app: { kind: "none" } });
  const found: AppHost | Response = isSignInHost(url.host, env)
    ? { kind: "none" }
    : await appAt(url.host, env).catch(failed);
  const app: AppHost = found instanceof Response ? { kind: "none" } : found;
  const response =
    found instanceof Response
      ? found
      : await answer(request, url, env, app).catch((failure: unknown) =>
          unavailable(failure, { request, env, background, app }),
        );
  // A copy of a 101 response would lose its WebSocket.
  if (response.webSocket) return response;
  const framedBy = app.kind === "preview" ? env.APP_URL : null;
  const headers = responseHeaders(response.headers, {
    framedBy,
    isListed: app.kind === "public" || app.kind === "none",
  });
  if (!isLoopback(env.PREVIEW_DOMAIN)) headers.set("Strict-Transport-Security", transportSecurity);
  const entered = app.kind === "preview" && url.pathname === ENTER && response.status === 303;
  // Responses of these paths are never the app's own (people/serve-people.ts).
  const isPeople = app.kind !== "none" && isPeoplePath(url.pathname);
  if (entered || isPeople) for (const cookie of response.headers.getSetCookie()) headers.append("Set-Cookie", cookie);
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
}

async function answer(request: Request, url: URL, env: Environment, app: AppHost): Promise<Response> {
  if (isSignInHost(url.host, env)) return serveCallback(request, url, env);
  if (app.kind === "none") return new Response("No app has this name.", { status: 404 });
  // A service worker would outlive the link that granted access, and serve the origin without the gateway.
  if (isServiceWorker(request)) return new Response("Service workers are not available here.", { status: 403 });
  if (app.kind !== "preview") return answerPublic(request, url, env, app);
  if (url.pathname === ENTER) return request.method === "GET" ? enter(url, env) : onlyByGet();
  if (url.pathname === ENTERED) return request.method === "GET" ? entered(request, url, env) : onlyByGet();
  if (url.pathname === CLIENT_SCRIPT) return script(clientScript(env.APP_URL));
  if (url.pathname === HOT_SCRIPT) return script(hotScript());
  const admitted = await env.API.admit(url.host, readCookie(request), visitorOf(request));
  if (admitted === null) return refused(url, env);
  if (isFromAnotherOrigin(request, url)) return onlyItself();
  const { projectId } = admitted;
  const stub = env.APPS.getByName(projectId);
  const network = countedNetwork(request, env);
  if (isPeoplePath(url.pathname)) {
    const own = { projectId, kind: "preview" } as const;
    using people = await stub.people();
    return await servePeople({ request, url, env, app: own, people, network, framed: true });
  }
  const headers = withGrant(withSession(requestHeaders(request.headers), readSession(request)), admitted);
  return stub.fetch(passedOn(request, headers));
}

/** Forwards a visitor to a published or staged app without another call to the API Worker: the app's object knows whether it is public. */
async function answerPublic(
  request: Request,
  url: URL,
  env: Environment,
  app: { projectId: string; kind: "public" | "staging" },
): Promise<Response> {
  if (isFromAnotherOrigin(request, url)) return onlyItself();
  const stub = publicObjectOf(env, app);
  const network = countedNetwork(request, env);
  if (isPeoplePath(url.pathname)) {
    using people = await stub.people();
    return await servePeople({ request, url, env, app, people, network, framed: false });
  }
  const headers = withSession(withNetwork(requestHeaders(request.headers), network), readSession(request));
  const encodings = request.headers.get("Accept-Encoding");
  if (encodings !== null) headers.set("Accept-Encoding", encodings);
  return stub.fetch(passedOn(request, headers));
}

/** The network that limits count a visitor for; null where limits are off. */
const countedNetwork = (request: Request, env: Environment): string | null =>
  isLoopback(env.PREVIEW_DOMAIN) && env.RATE_LIMITS === "off" ? null : networkOf(clientIp(request));

const passedOn = ({ url, method, body }: Request, headers: Headers): Request =>
  new Request(url, { method, headers, body, redirect: "manual" });

const onlyItself = (): Response => new Response("Only the app itself may call it.", { status: 403 });

const onlyByGet = (): Response =>
  new Response("A link is opened with GET.", { status: 405, headers: { Allow: "GET" } });

/**
 * Exchanges a link's token for the origin's cookie, and redirects without the token in the URL. The next page checks
 * whether the browser has stored the cookie, since many store none in a frame of another site.
 */
async function enter(url: URL, env: Environment): Promise<Response> {
  const token = url.searchParams.get("token");
  const admission = token === null ? null : await env.API.enter(url.host, token);
  if (admission === null) return refused(url, env);
  const next = new URLSearchParams({ handover: admission.handover, to: pathOnly(url.searchParams.get("to"), url) });
  const answer = seeOther(`${ENTERED}?${next}`);
  answer.headers.set("Set-Cookie", cookieHeader(admission.cookie, admission.maxAgeSeconds));
  return answer;
}

/** Redirects to the requested page: on this host when the cookie arrived, else on the host that needs none. */
async function entered(request: Request, url: URL, env: Environment): Promise<Response> {
  const to = pathOnly(url.searchParams.get("to"), url);
  const cookie = readCookie(request);
  if (cookie !== null && (await env.API.admit(url.host, cookie, visitorOf(request))) !== null) return seeOther(to);
  const handover = url.searchParams.get("handover");
  const host = handover === null ? null : await env.API.enterWithoutCookie(url.host, handover, visitorOf(request));
  return host === null ? refused(url, env) : seeOther(`${url.protocol}//${host}${to}`);
}

const toHttps = (url: URL): Response =>
  new Response(null, { status: 308, headers: { Location: `https:${url.href.slice("http:".length)}` } });

const seeOther = (location: string): Response =>
  new Response(null, { status: 303, headers: { Location: location, "Cache-Control": "no-store" } });

function refused(url: URL, env: Environment): Response {
  const label = readPreviewLabel(labelOf(url.host, env.PREVIEW_DOMAIN));
  return refusedPage(env.APP_URL, label?.projectId ?? null);
}

/** Returns the label before the domain of all apps; an empty string for a host that is not below it. */
function labelOf(host: string, domain: string): string {
  return host.endsWith(`.${domain}`) ? host.slice(0, -domain.length - 1) : "";
}

function isServiceWorker(request: Request): boolean {
  return request.headers.has("Service-Worker") || request.headers.get("Sec-Fetch-Dest") === "serviceworker";
}

/**
 * Whether another origin writes or opens a socket: the cookie accompanies requests of any page in the same frame, so
 * these must come from the app itself.
 */
function isFromAnotherOrigin(request: Request, url: URL): boolean {
  const origin = request.headers.get("Origin");
  const reads = (request.method === "GET" || request.method === "HEAD") && request.headers.get("Upgrade") === null;
  return origin !== null && !reads && origin !== url.origin;
}

function script(code: string): Response {
  const headers = { "Content-Type": "text/javascript; charset=utf-8", "Cache-Control": "private, max-age=300" };
  return new Response(code, { headers });
}

type Failed = { request: Request; env: Environment; background: Background; app: AppHost };

/** Reports a failure between the Workers, and hides its detail from the visitor. */
function unavailable(failure: unknown, { request, env, background, app }: Failed): Response {
  const projectId =
    app.kind === "preview" ? readPreviewLabel(app.label)?.projectId : app.kind === "none" ? null : app.projectId;
  background.waitUntil(reportFault(env, failure, { route: "preview visit", request, projectId: projectId ?? null }));
  return unavailablePage("It could not be reached just now. Try again shortly.");
}
