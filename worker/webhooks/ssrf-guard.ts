import { AppError } from "../errors.ts";
import { isLoopback, kindOfHost } from "./ip-ranges.ts";

const maxUrlLength = 2_048;
const ports = ["", "443", "8443"];

/**
 * Suffixes that no public name has: reserved for private networks (RFC 6761, RFC 8375, RFC 9476, ICANN), or used like
 * that.
 */
const privateNames =
  /(^|\.)(localhost|local|localdomain|internal|intranet|private|corp|home|lan|mail|svc|consul|onion|alt|arpa)$/;

/** Public names of the metadata endpoints of cloud providers, which return credentials. */
const metadataNames =
  /(^|\.)(metadata\.goog|metadata\.azure\.com|metadata\.tencentyun\.com|metadata\.packet\.net|metadata\.platformequinix\.com|metadata\.cloud\.ibm\.com|metadata\.openstack\.org)$/;

/** Public names of DNS services that resolve to a private address encoded in the name, or to loopback. */
const rebindingNames =
  /(^|\.)(nip\.io|sslip\.io|xip\.io|localtest\.me|lvh\.me|vcap\.me|lacolhost\.com|rebind\.network|traefik\.me|local\.gd|localho\.st|lcl\.host|fuf\.me|backname\.io|rbndr\.us|1u\.ms)$/;

const maxNameLength = 253;
/** A host name's label (RFC 1123): letters, digits and inner hyphens, 1 to 63 characters. */
const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * Checks the URL of a webhook, when it is stored and again before each request. A name that resolves to a private
 * address passes; the compatibility flag `global_fetch_strictly_public` blocks that request.
 * @throws AppError `invalid_url`
 */
export function checkUrl(text: string, { allowLoopback }: { allowLoopback: boolean }): void {
  const fault = faultOf(text, allowLoopback);
  if (fault === null) return;
  const detail = `The URL ${fault}.`;
  throw new AppError("invalid_url", detail, { errors: [{ pointer: "/url", code: "invalid_url", detail }] });
}

function faultOf(text: string, allowLoopback: boolean): string | null {
  if (text.length > maxUrlLength) return `has more than ${maxUrlLength} characters`;
  // The URL parser drops or rewrites these characters, so the URL would not be what it appears to be.
  if (/[\s\\\p{Cc}\p{Cf}]/u.test(text)) return "has white space, a backslash or an invisible character";
  const url = URL.parse(text);
  if (!url) return "is invalid";
  // The parser removes the trailing dot of a numeric address; a name with one would bypass the comparisons of names.
  if (/^[^:]*:\/*[^/?#]*\.(:\d*)?([/?#]|$)/.test(text)) return "must not have a host name that ends in a dot";
  if (url.protocol !== "https:" && !(allowLoopback && url.protocol === "http:")) return "must begin with https://";
  if (/^[^/]*\/\/[^/?#]*@/.test(text)) return "must not carry a user name or password";
  if (text.includes("#")) return "must not have a fragment";
  return faultOfHost(url, allowLoopback);
}

function faultOfHost({ hostname, port }: URL, allowLoopback: boolean): string | null {
  if (isLoopback(hostname)) return allowLoopback ? null : "must not point to this machine";
  if (!ports.includes(port)) return "must use port 443 or 8443";
  const kind = kindOfHost(hostname);
  if (kind === "reserved-address") return "must not point to a private or reserved IP address";
  return kind === "public-address" ? null : faultOfName(hostname);
}

/**
 * @param name a host name as the URL parser normalizes it: lower case, in Punycode
 * @returns the fault of the name; null for a valid one
 */
function faultOfName(name: string): string | null {
  const labels = name.split(".");
  if (name.length > maxNameLength || !labels.every((part) => label.test(part))) {
    return `must have a host name of at most ${maxNameLength} characters, in labels of 1 to 63 letters, digits and inner hyphens`;
  }
  if (labels.length < 2 || privateNames.test(name)) return "must have a public name";
  if (metadataNames.test(name)) return "must not point to a cloud's metadata service";
  return rebindingNames.test(name) ? "must not have a name that resolves to private IP addresses" : null;
}
