const here = "https://app.invalid";

/** Returns the path to redirect to after sign-in, from the URL's query; `/` if it is missing or on another origin. */
export function redirectTargetIn(search: string): string {
  const next = new URLSearchParams(search).get("next") ?? "/";
  if (!URL.canParse(next, here)) return "/";
  const { origin, pathname, search: query, hash } = new URL(next, here);
  return origin === here && next.startsWith("/") ? `${pathname}${query}${hash}` : "/";
}

const isOfSigningIn = (path: string) => path === "/sign-in" || path === "/sign-up";

/**
 * Returns the path to redirect to after sign-in: the requested page, or the redirect target of the sign-in or sign-up
 * page.
 */
export const redirectTargetAfterSignIn = (path: string, search: string): string =>
  isOfSigningIn(path) ? redirectTargetIn(search) : `${path}${search === "" ? "" : `?${search}`}`;

/** Returns the path of the sign-in or sign-up page, with the redirect target in its query. */
export const withRedirectTarget = (path: "/sign-in" | "/sign-up", place: string): string =>
  place === "/" ? path : `${path}?next=${encodeURIComponent(place)}`;
