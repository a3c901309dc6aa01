import { parse } from "tldts";
import type { Config } from "../../config/index.ts";
import { AppError } from "../../errors.ts";

const withoutPort = (domain: string): string => domain.replace(/:\d+$/, "");

/**
 * Parses the domain that an owner wants to attach.
 * @param text a host name in any case; an international name in Unicode or in Punycode
 * @returns the name in lower case and Punycode, without a final dot
 * @throws AppError `invalid_host` for anything that is not below a public suffix, and for our own hosts
 */
export function parseDomain(config: Config, text: string): string {
  const host = asciiOf(text);
  const { domain, isIp, isIcann, isPrivate } = parse(host, { allowPrivateDomains: true });
  if (isIp || domain === null || !(isIcann || isPrivate)) {
    throw invalid(text, "is not a public domain name, such as shop.example.com");
  }
  const ours = [
    new URL(config.appUrl).hostname,
    withoutPort(config.previewDomain),
    withoutPort(config.publishedDomain),
  ];
  if (config.customHostnames !== null) ours.push(config.customHostnames.target);
  const sites = ours.map((own) => parse(own, { allowPrivateDomains: true }).domain ?? own);
  if (sites.some((site) => host === site || host.endsWith(`.${site}`))) {
    throw invalid(text, "belongs to this platform; choose a name for the app instead");
  }
  return host;
}

/** @returns the host as a browser would connect to it */
function asciiOf(text: string): string {
  const bare = text.replace(/\.$/, "");
  // The URL parser would ignore everything after these characters, or treat it as another part of the URL.
  if (bare.length > 253 || /[\s/\\?#@:%[\]*_]/.test(bare) || !URL.canParse(`https://${bare}`)) {
    throw invalid(text, "is not a domain name");
  }
  return new URL(`https://${bare}`).hostname;
}

const invalid = (text: string, why: string): AppError =>
  new AppError("invalid_host", `“${text.slice(0, 253)}” ${why}.`);
