import { RESERVED } from "../gateway/client-script.ts";

/** The platform's paths on an app's own origin for signing in. */
export const PEOPLE_PATHS = {
  signIn: `${RESERVED}sign-in`,
  link: `${RESERVED}sign-in/link`,
  provider: `${RESERVED}sign-in/with`,
  return: `${RESERVED}sign-in/return`,
  signOut: `${RESERVED}sign-out`,
  account: `${RESERVED}account`,
  user: `${RESERVED}user`,
} as const;

const paths = new Set<string>(Object.values(PEOPLE_PATHS));

/** Returns whether the gateway itself serves a path: sign-in, sign-out and the callbacks of providers. */
export const isPeoplePath = (pathname: string): boolean => paths.has(pathname);
