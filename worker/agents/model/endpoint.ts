import type { Config } from "../../config/index.ts";

const anthropicHost = "api.anthropic.com";
/** The version before the SDK's own, which is the one that other servers and gateways know. */
const olderVersion = "2023-06-01";

/** Where the model's server is and how it is spoken to. */
export type Endpoint = {
  /** The address before `/v1/messages`; null for the SDK's own. */
  baseUrl: string | null;
  query: Record<string, string>;
  /** Whether it is Claude's own server (or the stand-in): others are not told what only that understands. */
  isClaude: boolean;
  headers: Record<string, string>;
};

/**
 * Reads the address as people give it: with or without `/v1`, a slash at its end, or all of `/v1/messages`. A server that is
 * not Claude's gets the key in both headers in use, since many know only `x-api-key`.
 */
export function endpointOf({ apiKey, baseUrl, headers, scripted }: Config["model"]): Endpoint {
  if (baseUrl === null) return { baseUrl, query: {}, isClaude: true, headers };
  const url = new URL(baseUrl);
  const path = url.pathname.replace(/\/+$/, "").replace(/(\/v1)?(\/messages)?$/, "");
  const isClaude = scripted || url.hostname === anthropicHost;
  const older = { "anthropic-version": olderVersion, ...(apiKey === null ? {} : { "x-api-key": apiKey }) };
  return {
    baseUrl: url.origin + path,
    query: Object.fromEntries(url.searchParams),
    isClaude,
    headers: isClaude ? headers : { ...older, ...headers },
  };
}
