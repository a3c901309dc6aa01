import type { Config } from "../../config/index.ts";

const anthropicHost = "api.anthropic.com";
/** The API version before the SDK's own, which other servers and gateways support. */
const olderVersion = "2023-06-01";

/** The URL, headers and dialect of the model's server. */
export type Endpoint = {
  /** The URL before `/v1/messages`; null for the SDK's default. */
  baseUrl: string | null;
  query: Record<string, string>;
  /**
   * Whether it is Claude's own server (or the scripted model): other servers do not get features that only Claude's
   * understands.
   */
  isClaude: boolean;
  headers: Record<string, string>;
};

/**
 * Parses the configured URL leniently: with or without `/v1`, a trailing slash, or all of `/v1/messages`. A server that
 * is not Claude's gets the key in both common headers, since many support only `x-api-key`.
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
