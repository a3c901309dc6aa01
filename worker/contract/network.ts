import ipaddr from "ipaddr.js";

/** The networks that a client's address counts for: its own, and where there is one, the larger one around it. */
export type Networks = { own: string; around: string | null };

/**
 * What limits by address count by. An IPv6 host owns a /64 and gets a new address within it at will, so the /64 counts, and a
 * /56 around it, which is what providers hand to a household or a small site (RIPE-690). An IPv4 address counts by itself,
 * also where it is written as IPv6 (`::ffff:192.0.2.1`).
 * @param address as the edge saw it; what is no IP address counts as it is written
 */
export function networksOf(address: string): Networks {
  // A zone names a link of the machine that wrote it, not a network.
  const text = address.replace(/%.*$/, "");
  if (!text.includes(":") || !ipaddr.IPv6.isValid(text)) return { own: address, around: null };
  const parsed = ipaddr.IPv6.parse(text);
  if (parsed.isIPv4MappedAddress()) return { own: parsed.toIPv4Address().toString(), around: null };
  const hex = parsed.parts.slice(0, 4).map((group) => group.toString(16));
  const wide = [...hex.slice(0, 3), ((parsed.parts[3] ?? 0) & 0xff00).toString(16)];
  return { own: `${hex.join(":")}::/64`, around: `${wide.join(":")}::/56` };
}
