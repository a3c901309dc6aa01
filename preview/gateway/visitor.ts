import { networksOf } from "../../worker/contract/network.ts";

/** A visitor as far as two requests can be told to come from one: the network it is in, and its browser. */
export function visitorOf(request: Request): string {
  return `${networkOf(addressOf(request))} ${request.headers.get("User-Agent") ?? ""}`;
}

/** The visitor's address as Cloudflare saw it; local work has none, and all of it is one visitor. */
export const addressOf = (request: Request): string => request.headers.get("CF-Connecting-IP") ?? "local";

/** The network that an address counts for: an IPv4 address itself, the /64 of an IPv6 address. */
export const networkOf = (address: string): string => networksOf(address).own;
