/**
 * The cookie that grants access to one preview's origin. `__Host-` binds it to that host. `SameSite=None; Partitioned`
 * makes it work only inside the builder's frame, which is another site (docs/decisions/016).
 */
export const COOKIE = "__Host-edgesmith-preview";

/**
 * Returns the Set-Cookie header.
 * @throws Error when the value contains characters that a cookie must not contain
 */
export function cookieHeader(value: string, maxAgeSeconds: number): string {
  if (!/^[\w.~+/=-]+$/.test(value)) throw new Error("The admission is not fit for a cookie.");
  const attributes = `Path=/; Max-Age=${Math.floor(maxAgeSeconds)}; Secure; HttpOnly; SameSite=None; Partitioned`;
  return `${COOKIE}=${value}; ${attributes}`;
}

/** Reads the cookie's value from a request; null when it is missing. */
export function readCookie(request: Request): string | null {
  for (const pair of (request.headers.get("Cookie") ?? "").split(/;\s*/)) {
    const [name, ...value] = pair.split("=");
    if (name === COOKIE) return value.join("=") || null;
  }
  return null;
}
