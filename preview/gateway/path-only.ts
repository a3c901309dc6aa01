import { RESERVED } from "./client-script.ts";

/** Reduces a redirect target to a path of this origin; "/" for any other target and for the platform's own paths. */
export function pathOnly(to: string | null, url: URL): string {
  if (to === null || !URL.canParse(to, url.origin)) return "/";
  const target = new URL(to, url.origin);
  const inside =
    target.origin === url.origin && !target.pathname.startsWith("//") && !target.pathname.startsWith(RESERVED);
  return inside ? target.pathname + target.search + target.hash : "/";
}
