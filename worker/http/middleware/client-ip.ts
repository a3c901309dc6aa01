import type { Context } from "hono";
import { networksOf } from "../../contract/index.ts";
import type { AppEnv } from "../environment.ts";

/**
 * @returns the client's IP address as Cloudflare reports it; `local` without Cloudflare, so that all local clients
 *   count as one
 */
export const clientIp = (c: Context<AppEnv>): string => c.req.header("cf-connecting-ip") ?? "local";

/** @returns the key that anonymous requests are limited by: the IPv4 address, or the /64 network of an IPv6 address */
export const clientNetwork = (c: Context<AppEnv>): string => networksOf(clientIp(c)).own;

const maxUserAgentLength = 500;

/** @returns the client's address and user agent for an audit record, truncated; null where the request has none */
export const auditClient = (c: Context<AppEnv>) => ({
  address: c.req.header("cf-connecting-ip")?.slice(0, 100) ?? null,
  userAgent: c.req.header("user-agent")?.slice(0, maxUserAgentLength) ?? null,
});
