/**
 * The cookie of a person's session with one app. `__Host-` binds it to the app's own host, so that no other app's host
 * can read or set it. The gateway hides it from the app's code in both directions.
 */
export const SESSION_COOKIE = "__Host-edgesmith-session";

const MAX_AGE_SECONDS = 30 * 24 * 60 * 60;

/**
 * The cookie that marks the browser in which a sign-in with a provider began, so that the sign-in cannot end in another
 * browser.
 */
export const BROWSER_COOKIE = "__Host-edgesmith-signing-in";

const BROWSER_SECONDS = 10 * 60;

/** Reads the session token of a request; returns null without one. */
export const readSession = (request: Request): string | null => readSecret(request, SESSION_COOKIE);

/** Reads the secret of the browser in which a sign-in with a provider began; returns null without one. */
export const readBrowser = (request: Request): string | null => readSecret(request, BROWSER_COOKIE);

function readSecret(request: Request, cookie: string): string | null {
  for (const pair of (request.headers.get("Cookie") ?? "").split(/;\s*/)) {
    const [name, value = ""] = pair.split("=", 2);
    if (name === cookie) return /^[\w-]{43}$/.test(value) ? value : null;
  }
  return null;
}

/**
 * Returns the Set-Cookie header of a session.
 * @param token null ends the session
 * @param framed whether pages of another site frame the app, as the builder frames a preview
 */
export const sessionCookie = (token: string | null, framed: boolean): string =>
  cookieHeader(SESSION_COOKIE, token, { framed, seconds: MAX_AGE_SECONDS });

/** Returns the Set-Cookie header that marks a browser; a null secret removes the mark. */
export const browserCookie = (secret: string | null, framed: boolean): string =>
  cookieHeader(BROWSER_COOKIE, secret, { framed, seconds: BROWSER_SECONDS });

type Lifetime = { framed: boolean; seconds: number };

function cookieHeader(name: string, value: string | null, { framed, seconds }: Lifetime): string {
  const sameSite = framed ? "SameSite=None; Partitioned" : "SameSite=Lax";
  const age = value === null ? 0 : seconds;
  return `${name}=${value ?? ""}; Path=/; Max-Age=${age}; Secure; HttpOnly; ${sameSite}`;
}
