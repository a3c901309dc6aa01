// Headers that carry a visitor's grant from the gateway to the project's object. Visitors cannot send them: the header
// allow-list contains no `x-edgesmith-` prefix.

const CAPABILITY = "x-edgesmith-capability";
const REVISION = "x-edgesmith-revision";

/** Part of the error for refused files, usually because the project was deleted. */
export const REFUSED = "capability_refused";

/** The access of an admitted request: the capability token for the project's files, and the revision to serve. */
export type Grant = { capability: string; revision: number };

/** Returns the headers of an admitted request, with its grant. */
export function withGrant(headers: Headers, grant: Grant): Headers {
  const marked = new Headers(headers);
  marked.set(CAPABILITY, grant.capability);
  marked.set(REVISION, String(grant.revision));
  return marked;
}

/** Removes the grant from a request, before generated code reads the headers. */
export function takeGrant(headers: Headers): { grant: Grant; headers: Headers } {
  const clean = new Headers(headers);
  const grant = { capability: headers.get(CAPABILITY) ?? "", revision: Number(headers.get(REVISION)) };
  clean.delete(CAPABILITY);
  clean.delete(REVISION);
  return { grant, headers: clean };
}

const SESSION = "x-edgesmith-session";

/**
 * Adds the token of a person's session with the app.
 * @param token null for a visitor who is not signed in
 */
export function withSession(headers: Headers, token: string | null): Headers {
  if (token !== null) headers.set(SESSION, token);
  return headers;
}

/** Removes the session's token from a request, before generated code reads the headers. */
export function takeSession(headers: Headers): { session: string | null; headers: Headers } {
  const clean = new Headers(headers);
  clean.delete(SESSION);
  return { session: headers.get(SESSION), headers: clean };
}

const NETWORK = "x-edgesmith-network";

/**
 * Adds the visitor's network, for the rate limit of a public app.
 * @param network null exempts the request from the limit
 */
export function withNetwork(headers: Headers, network: string | null): Headers {
  if (network !== null) headers.set(NETWORK, network);
  return headers;
}

/** Removes the network from a request, before generated code reads the headers. */
export function takeNetwork(headers: Headers): { network: string | null; headers: Headers } {
  const clean = new Headers(headers);
  clean.delete(NETWORK);
  return { network: headers.get(NETWORK), headers: clean };
}
