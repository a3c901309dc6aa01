/**
 * The cookie that opens one preview's origin. `__Host-` binds it to that host alone; `SameSite=None; Partitioned` lets it
 * work in the builder's frame, which is another site, and nowhere else. How browsers treat it is in docs/decisions/016.
 */
export const COOKIE = "__Host-edgesmith-preview";

/** The header that sets it. @param value only of characters a cookie may hold, else this throws. */
export function cookieHeader(value: string, maxAgeSeconds: number): string {
  if (!/^[\w.~+/=-]+$/.test(value)) throw new Error("The admission is not fit for a cookie.");
  const attributes = `Path=/; Max-Age=${Math.floor(maxAgeSeconds)}; Secure; HttpOnly; SameSite=None; Partitioned`;
  return `${COOKIE}=${value}; ${attributes}`;
}

/** Its value in a request, or null. */
export function readCookie(request: Request): string | null {
  for (const pair of (request.headers.get("Cookie") ?? "").split(/;\s*/)) {
    const [name, ...value] = pair.split("=");
    if (name === COOKIE) return value.join("=") || null;
  }
  return null;
}
