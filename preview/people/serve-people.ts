import { waitUntil } from "cloudflare:workers";
import { notPublicPage } from "../gateway/pages.ts";
import { pathOnly } from "../gateway/path-only.ts";
import { hashPassword, verifyPassword } from "./password.ts";
import {
  accountPage,
  confirmLinkPage,
  expiredLinkPage,
  linkSentPage,
  problemSaid,
  type Said,
  signInPage,
  signOutPage,
} from "./people-pages.ts";
import { PEOPLE_PATHS } from "./people-paths.ts";
import type { PeopleVisit } from "./people-visit.ts";
import { emailOf, nameOf, readForm } from "./read-form.ts";
import { beginProvider, endProvider } from "./serve-provider.ts";
import { readSession, sessionCookie } from "./session-cookie.ts";

/**
 * Serves the platform's sign-in pages on an app's own origin. The app's code sees neither the requests nor the
 * responses.
 */
export async function servePeople(visit: PeopleVisit): Promise<Response> {
  const { request, url, people } = visit;
  if (!(await people.served())) return notPublicPage();
  if (request.method === "GET" || request.method === "HEAD") return servePage(visit);
  if (request.method !== "POST")
    return new Response("Method not allowed", { status: 405, headers: { Allow: "GET, POST" } });
  // Another site's form could sign a visitor in to somebody else's account.
  if (request.headers.get("Origin") !== url.origin)
    return new Response("Only the app itself may call it.", { status: 403 });
  const form = await readForm(request);
  if (form === null) return new Response("The form could not be read.", { status: 400 });
  if (url.pathname === PEOPLE_PATHS.signIn) return signIn(visit, form);
  if (url.pathname === PEOPLE_PATHS.link) return redeemLink(visit, form);
  if (url.pathname === PEOPLE_PATHS.provider) return beginProvider(visit, form);
  if (url.pathname === PEOPLE_PATHS.signOut) return signOut(visit, form);
  if (url.pathname === PEOPLE_PATHS.account) return changeAccount(visit, form);
  return new Response("Method not allowed", { status: 405, headers: { Allow: "GET" } });
}

async function servePage(visit: PeopleVisit): Promise<Response> {
  const { request, url, people } = visit;
  const session = readSession(request);
  const to = pathOnly(url.searchParams.get("to"), url);
  if (url.pathname === PEOPLE_PATHS.user) {
    return Response.json({ user: await people.user(session) }, { headers: { "Cache-Control": "no-store" } });
  }
  if (url.pathname === PEOPLE_PATHS.signOut) return signOutPage(to);
  if (url.pathname === PEOPLE_PATHS.return) return endProvider(visit);
  if (url.pathname === PEOPLE_PATHS.link) {
    const token = url.searchParams.get("token") ?? "";
    const email = await people.linkEmail(token);
    return email === null ? expiredLinkPage() : confirmLinkPage({ email, token, to });
  }
  const account = session === null ? null : await people.account(session);
  if (url.pathname === PEOPLE_PATHS.account) {
    return account === null
      ? seeOther(`${PEOPLE_PATHS.signIn}?to=${encodeURIComponent("/")}`)
      : accountPage(account, null);
  }
  if (account !== null) return seeOther(to);
  return showSignIn(visit, { to, email: "", message: problemSaid(url.searchParams) });
}

type Shown = { to: string; email: string; message: Said | null; status?: number };

async function showSignIn({ request, env, people }: PeopleVisit, shown: Shown): Promise<Response> {
  const [canMail, providers] = await Promise.all([env.API.canMailVisitors(), people.providers()]);
  const inFrame = ["iframe", "frame"].includes(request.headers.get("Sec-Fetch-Dest") ?? "");
  return signInPage({ ...shown, canMail, providers, inFrame });
}

async function signIn(visit: PeopleVisit, form: URLSearchParams): Promise<Response> {
  const { url, people, network } = visit;
  const to = pathOnly(form.get("to"), url);
  const email = emailOf(form.get("email"));
  const refuse = (text: string, status: number): Promise<Response> =>
    showSignIn(visit, { to, email: email ?? "", message: { kind: "error", text }, status });
  if (email === null) return refuse("Enter a valid email address.", 422);
  const tooMany = () => refuse("Too many attempts. Wait 15 minutes, or sign in with a link by email.", 429);
  if (form.get("action") === "link") {
    const begun = await people.beginLink({ email, network });
    if (begun === "limited") return tooMany();
    // The visitor does not wait for the mail: the response time would reveal which addresses are known.
    if (begun !== "silent") waitUntil(mailLink(visit, { email, token: begun.token, to }));
    return linkSentPage(email);
  }
  const password = form.get("password") ?? "";
  const asked = await people.passwordOf({ email, network });
  if (asked === "limited") return tooMany();
  const isRight = password.length <= MAX_PASSWORD && (await verifyPassword(asked.hash, password));
  const session = isRight && asked.hash !== null ? await people.beginSession(email, asked.hash) : null;
  return session === null ? refuse("The email or the password is wrong.", 401) : signedIn(visit, session, to);
}

const MIN_PASSWORD = 10;
const MAX_PASSWORD = 128;

type Link = { email: string; token: string; to: string };

async function mailLink({ env, url, app }: PeopleVisit, { email, token, to }: Link): Promise<void> {
  const link = `${url.origin}${PEOPLE_PATHS.link}?${new URLSearchParams({ token, to })}`;
  await env.API.mailVisitor({ projectId: app.projectId, to: email, link });
}

async function redeemLink(visit: PeopleVisit, form: URLSearchParams): Promise<Response> {
  const session = await visit.people.redeemLink(form.get("token") ?? "");
  return session === null ? expiredLinkPage() : signedIn(visit, session, pathOnly(form.get("to"), visit.url));
}

async function signOut({ request, url, people, framed }: PeopleVisit, form: URLSearchParams): Promise<Response> {
  const session = readSession(request);
  if (session !== null) await people.signOut(session);
  return withCookie(seeOther(pathOnly(form.get("to"), url)), sessionCookie(null, framed));
}

async function changeAccount({ request, people, framed }: PeopleVisit, form: URLSearchParams): Promise<Response> {
  const session = readSession(request);
  const account = session === null ? null : await people.account(session);
  if (session === null || account === null) return seeOther(PEOPLE_PATHS.signIn);
  const show = async (text: string, status = 200): Promise<Response> => {
    const changed = (await people.account(session)) ?? account;
    return accountPage(changed, { kind: status === 200 ? "done" : "error", text }, status);
  };
  const action = form.get("action");
  if (action === "sign-out-everywhere") {
    await people.signOutEverywhere(session);
    return withCookie(seeOther("/"), sessionCookie(null, framed));
  }
  if (action === "name") {
    const name = nameOf(form.get("name"));
    if (name === null) return show("The name is too long or contains characters that can't be displayed.", 422);
    await people.rename(session, name);
    return show("Your name was changed.");
  }
  const password = form.get("password") ?? "";
  if (password.length < MIN_PASSWORD || password.length > MAX_PASSWORD) {
    return show(`A password has ${MIN_PASSWORD} to ${MAX_PASSWORD} characters.`, 422);
  }
  const isSet = account.fresh && (await people.setPassword(session, await hashPassword(password)));
  return isSet ? show("Your password was set.") : show("Sign out and sign in again to set a password.", 403);
}

const signedIn = (visit: PeopleVisit, session: string, to: string): Response =>
  withCookie(seeOther(to), sessionCookie(session, visit.framed));

function withCookie(response: Response, cookie: string): Response {
  response.headers.append("Set-Cookie", cookie);
  return response;
}

const seeOther = (location: string): Response =>
  new Response(null, { status: 303, headers: { Location: location, "Cache-Control": "no-store" } });
