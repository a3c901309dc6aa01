import { networksOf } from "../../worker/contract/network.ts";

/** Identifies a visitor by network and browser. */
export function visitorOf(request: Request): string {
  return `${networkOf(clientIp(request))} ${request.headers.get("User-Agent") ?? ""}`;
}

/** Returns the client IP from Cloudflare; "local" in local work, where all requests are one visitor. */
export const clientIp = (request: Request): string => request.headers.get("CF-Connecting-IP") ?? "local";

/** Returns the network of a client IP: an IPv4 address itself, the /64 of an IPv6 address. */
export const networkOf = (address: string): string => networksOf(address).own;
