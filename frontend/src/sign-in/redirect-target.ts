const here = "https://app.invalid";

/** The place of this app that an address's search names to go on to; the first page where it names none, or another site's. */
export function redirectTargetIn(search: string): string {
  const next = new URLSearchParams(search).get("next") ?? "/";
  if (!URL.canParse(next, here)) return "/";
  const { origin, pathname, search: query, hash } = new URL(next, here);
  return origin === here && next.startsWith("/") ? `${pathname}${query}${hash}` : "/";
}

const isOfSigningIn = (path: string) => path === "/sign-in" || path === "/sign-up";

/** Where to go on after signing in: the page that was asked for, wherever one is by now. */
export const redirectTargetAfterSignIn = (path: string, search: string): string =>
  isOfSigningIn(path) ? redirectTargetIn(search) : `${path}${search === "" ? "" : `?${search}`}`;

/** A page of signing in that remembers where to go on. */
export const withRedirectTarget = (path: "/sign-in" | "/sign-up", place: string): string =>
  place === "/" ? path : `${path}?next=${encodeURIComponent(place)}`;
