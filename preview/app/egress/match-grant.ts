import type { EgressGrant, SecretAttachment } from "../../../worker/contract/preview-rpc.ts";

type Asked = { url: URL; method: string };

/**
 * Finds the grant that allows a request: an exact host before a wildcard, then the longest path prefix.
 * @returns the grant, or the part of the request that none of the host's grants allows
 */
export function matchGrant(grants: readonly EgressGrant[], { url, method }: Asked): EgressGrant | "host" | "method" {
  const ofPlace = grants.filter(
    (grant) => coversHost(grant.host, url.host) && coversPath(grant.pathPrefix, url.pathname),
  );
  if (ofPlace.length === 0) return "host";
  const allowed = ofPlace.filter(({ methods }) => methods === null || methods.includes(method));
  const [first] = allowed.sort((one, other) => precision(other) - precision(one));
  return first ?? "method";
}

/** Returns the secrets that any grant attaches to requests to a host. */
export const attachmentsTo = (host: string, grants: readonly EgressGrant[]): SecretAttachment[] =>
  grants
    .filter((grant) => coversHost(grant.host, host))
    .flatMap(({ header, query }) => [header, query].filter((part) => part !== null));

function coversHost(granted: string, host: string): boolean {
  if (!granted.startsWith("*.")) return granted === host;
  const base = granted.slice(1);
  return host.length > base.length && host.endsWith(base);
}

/** Compares whole path segments. A server that decodes the path once more must not reach a path outside the prefix. */
function coversPath(prefix: string | null, pathname: string): boolean {
  if (prefix === null) return true;
  if (isClimbing(pathname)) return false;
  const base = prefix.endsWith("/") ? prefix : `${prefix}/`;
  return pathname === prefix || pathname.startsWith(base);
}

function isClimbing(pathname: string): boolean {
  const decoded = pathname
    .replace(/%25/gi, "%")
    .replace(/%2e/gi, ".")
    .replace(/%2f|%5c|\\/gi, "/");
  return decoded.split("/").some((segment) => segment === "..");
}

/** An exact host outweighs the longest path, which has at most 1,000 characters. */
const precision = ({ host, pathPrefix }: EgressGrant): number =>
  (host.startsWith("*.") ? 0 : 10_000) + (pathPrefix?.length ?? 0);
