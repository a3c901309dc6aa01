import { getDomain } from "tldts";

const loopbackHosts = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** Whether a host is this machine, which some development features require. */
export const isLoopback = (hostname: string): boolean => loopbackHosts.test(hostname);

/**
 * @returns the site of a host as browsers define it: the registrable domain by the Public Suffix List, or the host
 *   itself when it has none
 */
const siteOf = (hostname: string): string => getDomain(hostname, { allowPrivateDomains: true }) ?? hostname;

/**
 * Whether the app and the preview domain are one site to browsers, or either is a subdomain of the other. Generated
 * code could then set cookies for the app, and its requests would carry the app's cookies.
 */
export function shareSite(appHostname: string, previewHostname: string): boolean {
  const isBelow = (host: string, parent: string) => host === parent || host.endsWith(`.${parent}`);
  return (
    siteOf(appHostname) === siteOf(previewHostname) ||
    isBelow(appHostname, previewHostname) ||
    isBelow(previewHostname, appHostname)
  );
}
