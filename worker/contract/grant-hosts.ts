import { getPublicSuffix } from "tldts";
import { faultOfName, isOwnHost, type OwnHosts } from "./host-names.ts";
import { isLoopbackHost, kindOfHost } from "./ip-ranges.ts";

/** `allowLoopback`: whether a grant may name a host of this machine, with its port, over http. */
export type GrantHostRules = OwnHosts & { allowLoopback: boolean };

const maxHostLength = 262;

/**
 * Parses the host of a grant: a name, or `*.` and a name for all names below it, and a port unless it is 443. Refuses
 * hosts that an app must never reach: private and metadata names, IP addresses in every notation, and the platform itself.
 * @returns the host in the form that requests are compared with, or a fault, which continues a sentence that begins with
 *   the host
 */
export function parseGrantHost(text: string, rules: GrantHostRules): { host: string } | { fault: string } {
  if (text.length > maxHostLength) return { fault: `has more than ${maxHostLength} characters` };
  // The URL parser drops or rewrites these characters, so the parsed host would differ from the text.
  if (/[\s\\/?#@%\p{Cc}\p{Cf}]/u.test(text))
    return { fault: "must be a name, with a port where needed, and nothing else" };
  const isWildcard = text.startsWith("*.");
  const url = URL.parse(`https://${isWildcard ? text.slice(2) : text}`);
  if (url === null) return { fault: "is not a host name" };
  if (url.port === "0") return { fault: "must not have port 0, which no server listens on" };
  const fault = isLoopbackHost(url.hostname)
    ? loopbackFault(url, isWildcard, rules)
    : publicFault(url, isWildcard, rules);
  if (fault !== null) return { fault };
  return { host: `${isWildcard ? "*." : ""}${url.host}` };
}

function loopbackFault(url: URL, isWildcard: boolean, rules: GrantHostRules): string | null {
  if (!rules.allowLoopback || isWildcard) return "must not be this machine";
  if (url.port === "") return "needs a port, where it is this machine";
  return isOwnHost(url, rules) ? "must not be one of this platform's own hosts" : null;
}

function publicFault(url: URL, isWildcard: boolean, rules: GrantHostRules): string | null {
  const { hostname } = url;
  if (kindOfHost(hostname) !== "name") return "must be a name: an IP address cannot be granted";
  const fault = faultOfName(hostname);
  if (fault !== null) return fault;
  if (isOwnHost(url, rules)) return "must not be one of this platform's own hosts";
  if (!isWildcard) return null;
  const own = [new URL(rules.appUrl).hostname, new URL(`http://${rules.previewDomain}`).hostname];
  if (own.some((name) => name.endsWith(`.${hostname}`))) return "must not cover one of this platform's own hosts";
  // Anyone can own a name under a public suffix, so the grant would not name an owner.
  const isSuffix = getPublicSuffix(hostname, { allowPrivateDomains: true }) === hostname;
  return isSuffix ? "must not cover the names of different owners" : null;
}
