/** The networks that a client's address counts for: its own, and where there is one, the larger one around it. */
export type Networks = { own: string; around: string | null };

/**
 * What limits by address count by. An IPv6 host owns a /64 and gets a new address within it at will, so the /64 counts, and a
 * /56 around it, which is what providers hand to a household or a small site (RIPE-690). An IPv4 address counts by itself,
 * also where it is written as IPv6 (`::ffff:192.0.2.1`).
 * @param address as the edge saw it; what is no IP address counts as it is written
 */
export function networksOf(address: string): Networks {
  const groups = address.includes(":") ? groupsOf(address) : null;
  if (groups === null) return { own: address, around: null };
  if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff) {
    const bytes = groups.slice(6).flatMap((group) => [group >> 8, group & 0xff]);
    return { own: bytes.join("."), around: null };
  }
  const hex = groups.slice(0, 4).map((group) => group.toString(16));
  const wide = [...hex.slice(0, 3), ((groups[3] ?? 0) & 0xff00).toString(16)];
  return { own: `${hex.join(":")}::/64`, around: `${wide.join(":")}::/56` };
}

/** The eight groups of an IPv6 address in any spelling; null where it is none. */
function groupsOf(address: string): number[] | null {
  const text = `http://[${address.split("%")[0]}]`;
  if (!URL.canParse(text)) return null;
  // The URL parser writes an IPv4 tail as two groups and leaves one `::` at most.
  const [head = "", tail] = new URL(text).hostname.slice(1, -1).split("::");
  const parse = (part: string) => (part === "" ? [] : part.split(":").map((group) => Number.parseInt(group, 16)));
  const [before, after] = [parse(head), parse(tail ?? "")];
  return [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after];
}
