/** How many of the eight groups of an IPv6 address name a network; a device changes the rest of its address as it likes. */
const networkGroups = 4;

/** A visitor as far as two requests can be told to come from one: the network it is in, and its browser. */
export function visitorOf(request: Request): string {
  return `${networkOf(addressOf(request))} ${request.headers.get("User-Agent") ?? ""}`;
}

/** The visitor's address as Cloudflare saw it; local work has none, and all of it is one visitor. */
export const addressOf = (request: Request): string => request.headers.get("CF-Connecting-IP") ?? "local";

/** An IPv4 address as it is; of an IPv6 address the network, of 64 bits. */
export function networkOf(address: string): string {
  if (!address.includes(":") || !URL.canParse(`http://[${address}]`)) return address;
  const [head = "", tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split("::");
  const groups = head === "" ? [] : head.split(":");
  const rest = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = new Array<string>(8 - groups.length - rest.length).fill("0");
  return [...groups, ...zeros, ...rest].slice(0, networkGroups).join(":");
}
