/**
 * The cookie of a person's session with one app. `__Host-` binds it to the app's own host, so that no other app's host
 * can read or set it; the gateway keeps it from the app's code in both directions.
 */
export const SESSION_COOKIE = "__Host-edgesmith-session";

const MAX_AGE_SECONDS = 30 * 24 * 60 * 60;

/** Reads the session's token from a request; null without one. */
export function readSession(request: Request): string | null {
  for (const pair of (request.headers.get("Cookie") ?? "").split(/;\s*/)) {
    const [name, value = ""] = pair.split("=", 2);
    if (name === SESSION_COOKIE) return /^[\w-]{43}$/.test(value) ? value : null;
  }
  return null;
}

/**
 * Returns the Set-Cookie header.
 * @param token null ends the session
 * @param framed whether pages of another site frame the app, as the builder does a preview
 */
export function sessionCookie(token: string | null, framed: boolean): string {
  const sameSite = framed ? "SameSite=None; Partitioned" : "SameSite=Lax";
  const age = token === null ? 0 : MAX_AGE_SECONDS;
  return `${SESSION_COOKIE}=${token ?? ""}; Path=/; Max-Age=${age}; Secure; HttpOnly; ${sameSite}`;
}
