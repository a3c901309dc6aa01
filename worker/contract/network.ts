import ipaddr from "ipaddr.js";

/** The networks that a client's address counts for: its own, and the larger one around it, if any. */
export type Networks = { own: string; around: string | null };

/**
 * Determines the networks for limits by address. An IPv6 host owns a /64 and can change its address within it at will,
 * so the /64 counts, and the /56 around it, which providers assign to a household or a small site (RIPE-690). An IPv4
 * address counts on its own, also in IPv6 notation (`::ffff:192.0.2.1`).
 * @param address as Cloudflare reports it; any other text counts unchanged
 */
export function networksOf(address: string): Networks {
  // A zone id identifies an interface of the writing machine, not a network.
  const text = address.replace(/%.*$/, "");
  if (!text.includes(":") || !ipaddr.IPv6.isValid(text)) return { own: address, around: null };
  const parsed = ipaddr.IPv6.parse(text);
  if (parsed.isIPv4MappedAddress()) return { own: parsed.toIPv4Address().toString(), around: null };
  const hex = parsed.parts.slice(0, 4).map((group) => group.toString(16));
  const wide = [...hex.slice(0, 3), ((parsed.parts[3] ?? 0) & 0xff00).toString(16)];
  return { own: `${hex.join(":")}::/64`, around: `${wide.join(":")}::/56` };
}
