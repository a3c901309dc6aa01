import { createHash } from "node:crypto";
import { signInCallbackPath, signInLabel } from "../../worker/contract/sign-in-address.ts";
import type { ProviderIdentity, SignInProvider } from "../../worker/contract/sign-in-rpc.ts";
import { environmentOf, objectOf } from "../app/hosted-app.ts";
import type { Environment } from "../environment.ts";
import { page } from "../gateway/pages.ts";
import { pathOnly } from "../gateway/path-only.ts";
import { PEOPLE_PATHS } from "./people-paths.ts";
import type { PeopleVisit } from "./people-visit.ts";
import { newSecret, type ProviderRefusal } from "./provider-sign-ins.ts";
import { emailOf, nameOf } from "./read-form.ts";
import { browserCookie, readBrowser, sessionCookie } from "./session-cookie.ts";

// Sign-in with GitHub and Google (OAuth 2.0 with PKCE; OpenID Connect for Google). The app's origin begins a sign-in,
// one callback address for all apps receives the code, and the app's origin ends the sign-in. No app receives the code
// or the owner's client secret.

/** Begins a sign-in: redirects to the provider, and sets the cookie that marks the browser. */
export async function beginProvider(visit: PeopleVisit, form: URLSearchParams): Promise<Response> {
  const { request, url, env, app, people, network, framed } = visit;
  const to = pathOnly(form.get("to"), url);
  const provider = (await people.providers()).find((one) => one.provider === form.get("provider"));
  if (provider === undefined) return back(url.origin, { problem: "refused", provider: null, to });
  const browser = readBrowser(request) ?? newSecret();
  const [verifier, nonce] = [newSecret(), newSecret()];
  const begun = await people.beginProvider({
    provider: provider.provider,
    origin: url.origin,
    to,
    verifier,
    nonce,
    browser,
    network,
  });
  if (begun === "limited") return page(429, "Too many attempts", "<p>Wait 15 minutes, then try again.</p>");
  const { projectId, kind } = app;
  const state = await env.API.signSignInState({ projectId, target: kind, token: begun.token });
  const redirectUri = redirectUriOf(url, env);
  const answer = seeOther(authorizeUrl(provider, { state, verifier, nonce, redirectUri }));
  answer.headers.append("Set-Cookie", browserCookie(browser, framed));
  return answer;
}

/**
 * Returns the callback address for providers. The scheme is the app's own, which is http only on a developer's machine.
 */
const redirectUriOf = ({ protocol }: URL, { PREVIEW_DOMAIN }: Environment): string =>
  `${protocol}//${signInLabel}.${PREVIEW_DOMAIN}${signInCallbackPath}`;

type Proofs = { state: string; verifier: string; nonce: string; redirectUri: string };

function authorizeUrl(provider: SignInProvider, { state, verifier, nonce, redirectUri }: Proofs): string {
  const address = new URL(provider.authorizeUrl);
  const parameters = {
    response_type: "code",
    client_id: provider.clientId,
    redirect_uri: redirectUri,
    scope: provider.scope,
    state,
    nonce,
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
  };
  for (const [name, value] of Object.entries(parameters)) address.searchParams.set(name, value);
  return address.href;
}

/** Returns whether providers redirect to this host. */
export const isSignInHost = (host: string, env: Environment): boolean =>
  host === `${signInLabel}.${env.PREVIEW_DOMAIN}`;

/**
 * Serves the callback address of all apps: exchanges the code, and redirects to the origin at which the sign-in began.
 * The app's object has stored that origin; no request parameter names it.
 */
export async function serveCallback(request: Request, url: URL, env: Environment): Promise<Response> {
  if (url.pathname !== signInCallbackPath) return new Response("Not found", { status: 404 });
  if (request.method !== "GET") return new Response("Method not allowed", { status: 405, headers: { Allow: "GET" } });
  const state = await env.API.openSignInState(url.searchParams.get("state") ?? "");
  if (state === null) return overPage();
  const { projectId, target: kind, token } = state;
  using people = await objectOf(env, { projectId, kind }).people();
  const begun = await people.continueProvider(token);
  if (begun === null) return overPage();
  const { provider, origin, to, verifier, nonce } = begun;
  const code = url.searchParams.get("code");
  if (code === null) {
    const isCancelled = url.searchParams.get("error") === "access_denied";
    return back(origin, { problem: isCancelled ? "cancelled" : "refused", provider, to });
  }
  const redirectUri = redirectUriOf(url, env);
  const target = environmentOf(kind);
  const outcome = await env.API.exchangeSignIn({ projectId, target, provider, code, verifier, nonce, redirectUri });
  if ("problem" in outcome) return back(origin, { problem: outcome.problem, provider, to });
  const identity = cleaned(outcome.identity);
  if (identity === null) return back(origin, { problem: "unverified", provider, to });
  const handover = await people.handOver(identity, begun);
  return seeOther(`${origin}${PEOPLE_PATHS.return}?${new URLSearchParams({ handover })}`);
}

/** Ends a sign-in at the app's origin, in the browser that began it. */
export async function endProvider({ request, url, people, framed }: PeopleVisit): Promise<Response> {
  const browser = readBrowser(request);
  const handover = url.searchParams.get("handover") ?? "";
  const ended =
    browser === null
      ? ({ problem: "expired", provider: null, to: "/" } as const)
      : await people.redeemProvider(handover, browser);
  if ("problem" in ended) return back(url.origin, ended);
  const answer = seeOther(pathOnly(ended.to, url));
  answer.headers.append("Set-Cookie", sessionCookie(ended.session, framed));
  answer.headers.append("Set-Cookie", browserCookie(null, framed));
  return answer;
}

/** Applies the rules of the sign-in forms to a provider's texts; returns null without a valid address. */
function cleaned({ email, name, ...identity }: ProviderIdentity): ProviderIdentity | null {
  const address = emailOf(email);
  return address === null ? null : { ...identity, email: address, name: nameOf(name) ?? "" };
}

/** Redirects to the sign-in page, which displays the problem. */
function back(origin: string, { problem, provider, to }: ProviderRefusal): Response {
  const about = new URLSearchParams({ problem, to, ...(provider !== null && { provider }) });
  return seeOther(`${origin}${PEOPLE_PATHS.signIn}?${about}`);
}

const overPage = (): Response =>
  page(
    410,
    "This sign-in is over",
    "<p>It took too long or was used already. Go back to the app and sign in again.</p>",
  );

const seeOther = (location: string): Response =>
  new Response(null, { status: 303, headers: { Location: location, "Cache-Control": "no-store" } });
