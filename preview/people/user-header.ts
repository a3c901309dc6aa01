import type { VisitorAccess } from "../../worker/contract/people-rpc.ts";
import { isNavigation } from "../app/navigation.ts";
import { PEOPLE_PATHS } from "./people-paths.ts";

/** The signed-in person in the format that the app's server reads. */
export type AppUser = { id: string; email: string; name: string; roles: string[] };

/**
 * The request header with the signed-in person as ASCII JSON. Only the platform sets it: the gateway removes it from
 * visitors' requests (gateway/headers.ts), and `withUser` from all others.
 */
const USER_HEADER = "x-edgesmith-user";

/** Sets the header for a signed-in person, or removes it. */
export function withUser(headers: Headers, user: AppUser | null): Headers {
  const marked = new Headers(headers);
  marked.delete(USER_HEADER);
  if (user !== null) marked.set(USER_HEADER, asciiJson(user));
  return marked;
}

/** Returns JSON with characters beyond ASCII escaped, since a header value cannot contain them. */
const asciiJson = (value: unknown): string =>
  JSON.stringify(value).replaceAll(
    /[\u007f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

/**
 * Refuses a visitor who is not signed in to an app for invited people; a navigation is redirected to the sign-in page.
 * @returns null when the visitor may pass
 */
export function refuseUninvited(request: Request, access: VisitorAccess, user: AppUser | null): Response | null {
  if (access === "everyone" || user !== null) return null;
  const { pathname, search } = new URL(request.url);
  if (!isNavigation(request)) {
    return Response.json({ error: "sign_in_required", detail: "Sign in to use this app." }, { status: 401 });
  }
  const to = new URLSearchParams({ to: pathname + search });
  const headers = { Location: `${PEOPLE_PATHS.signIn}?${to}`, "Cache-Control": "no-store" };
  return new Response(null, { status: 303, headers });
}
