import { isLoopbackHost } from "./ip-ranges.ts";

/**
 * Suffixes that no public name has: reserved for private networks (RFC 6761, RFC 8375, RFC 9476, ICANN), or commonly
 * used for them.
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
 * Finds the fault of a host name for a request to the public internet. A name that resolves to a private address
 * passes: the compatibility flag `global_fetch_strictly_public` blocks that request.
 * @param name a host name as the URL parser normalizes it: lower case, in Punycode
 * @returns the fault, which continues a sentence that begins with the address; null for a valid name
 */
export function faultOfName(name: string): string | null {
  const labels = name.split(".");
  if (name.length > maxNameLength || !labels.every((part) => label.test(part))) {
    return `must have a host name of at most ${maxNameLength} characters, in labels of 1 to 63 letters, digits and inner hyphens`;
  }
  if (labels.length < 2 || privateNames.test(name)) return "must have a public name";
  if (metadataNames.test(name)) return "must not point to a cloud's metadata service";
  return rebindingNames.test(name) ? "must not have a name that resolves to private IP addresses" : null;
}

/** The platform's own addresses: the app's origin, and the domain of previews, locally with its port. */
export type OwnHosts = { appUrl: string; previewDomain: string };

/**
 * Whether an address is the platform's own: the app's host, the preview domain, or a host below either. On this machine
 * hosts have one name, so the port tells them apart.
 */
export function isOwnHost({ hostname, port }: Pick<URL, "hostname" | "port">, { appUrl, previewDomain }: OwnHosts) {
  const own = [new URL(appUrl), new URL(`http://${previewDomain}`)];
  return own.some((address) => {
    if (isLoopbackHost(address.hostname)) return isLoopbackHost(hostname) && address.port === port;
    return hostname === address.hostname || hostname.endsWith(`.${address.hostname}`);
  });
}
