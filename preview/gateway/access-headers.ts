// How the front door tells a project's object whom it has let in. The headers cannot come from outside: what a visitor
// sends passes an allow-list that has no `x-edgesmith-` in it.

const CAPABILITY = "x-edgesmith-capability";
const REVISION = "x-edgesmith-revision";

/** In what is thrown where files are refused: their project is deleted, mostly. */
export const REFUSED = "capability_refused";

/** What an admitted request is to be answered with. */
export type Grant = { capability: string; revision: number };

export function withGrant(headers: Headers, grant: Grant): Headers {
  const marked = new Headers(headers);
  marked.set(CAPABILITY, grant.capability);
  marked.set(REVISION, String(grant.revision));
  return marked;
}

/** Takes the visit off a request again, before generated code sees it. */
export function takeGrant(headers: Headers): { grant: Grant; headers: Headers } {
  const clean = new Headers(headers);
  const grant = { capability: headers.get(CAPABILITY) ?? "", revision: Number(headers.get(REVISION)) };
  clean.delete(CAPABILITY);
  clean.delete(REVISION);
  return { grant, headers: clean };
}

const NETWORK = "x-edgesmith-network";

/** Tells a public app's object which network a visitor comes from, so that it can count; null: they are not counted. */
export function withNetwork(headers: Headers, network: string | null): Headers {
  if (network !== null) headers.set(NETWORK, network);
  return headers;
}

/** Takes the network off a request again, before generated code sees it. */
export function takeNetwork(headers: Headers): { network: string | null; headers: Headers } {
  const clean = new Headers(headers);
  clean.delete(NETWORK);
  return { network: headers.get(NETWORK), headers: clean };
}
