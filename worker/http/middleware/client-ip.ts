import type { Context } from "hono";
import { networksOf } from "../../contract/index.ts";
import type { AppEnv } from "../environment.ts";

/** The client's IP address as Cloudflare saw it; local work has none, and counts as one client. */
export const clientIp = (c: Context<AppEnv>): string => c.req.header("cf-connecting-ip") ?? "local";

/** What a client's requests count by where nobody is known: its address, or for IPv6 its /64. */
export const clientNetwork = (c: Context<AppEnv>): string => networksOf(clientIp(c)).own;

const maxUserAgentLength = 500;

/** From where a request comes, for the audit. */
export const auditClient = (c: Context<AppEnv>) => ({
  address: c.req.header("cf-connecting-ip")?.slice(0, 100) ?? null,
  userAgent: c.req.header("user-agent")?.slice(0, maxUserAgentLength) ?? null,
});
