import ipaddr from "ipaddr.js";

/**
 * Blocked IPv4 ranges: private, loopback, link-local, shared, documentation, benchmark, multicast, reserved
 * (RFC 6890).
 */
const reservedV4 = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  // Azure's metadata endpoint.
  "168.63.129.16/32",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.88.99.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/4",
  "240.0.0.0/4",
].map((range) => ipaddr.IPv4.parseCIDR(range));

/** The one public range of IPv6. */
const publicV6 = ipaddr.IPv6.parseCIDR("2000::/3");

/** Reserved ranges inside it: protocol assignments and Teredo, documentation (twice), 6to4. */
const reservedV6 = ["2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"].map((range) =>
  ipaddr.IPv6.parseCIDR(range),
);

/**
 * Classifies a host name.
 * @param hostname `hostname` of a parsed URL, since the parser normalizes all other notations
 */
export function kindOfHost(hostname: string): "public-address" | "reserved-address" | "name" {
  if (ipaddr.IPv4.isValidFourPartDecimal(hostname)) {
    const address = ipaddr.IPv4.parse(hostname);
    return reservedV4.some((range) => address.match(range)) ? "reserved-address" : "public-address";
  }
  if (!hostname.startsWith("[")) return "name";
  const address = ipaddr.IPv6.parse(hostname.slice(1, -1));
  const isPublic = address.match(publicV6) && !reservedV6.some((range) => address.match(range));
  return isPublic ? "public-address" : "reserved-address";
}

/** Whether a host name is this machine, in any notation. */
export const isLoopbackHost = (hostname: string): boolean =>
  /^(.+\.)?localhost\.?$/.test(hostname) || /^127(\.\d+){3}$/.test(hostname) || hostname === "[::1]";
