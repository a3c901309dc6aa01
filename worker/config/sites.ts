import { getDomain } from "tldts";

const loopbackHosts = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** Whether a host is this very machine. Some conveniences are honoured only there. */
export const isLoopback = (hostname: string): boolean => loopbackHosts.test(hostname);

/** What browsers take for one site: the registrable domain by the Public Suffix List, or the host where it has none. */
const siteOf = (hostname: string): string => getDomain(hostname, { allowPrivateDomains: true }) ?? hostname;

/**
 * Whether browsers would treat the app and what runs below the preview domain as one site, or either is below the other. Generated
 * code could then set cookies for the app, and the app's own cookies would go along with its requests.
 */
export function shareSite(appHostname: string, previewHostname: string): boolean {
  const isBelow = (one: string, other: string) => one === other || one.endsWith(`.${other}`);
  return (
    siteOf(appHostname) === siteOf(previewHostname) ||
    isBelow(appHostname, previewHostname) ||
    isBelow(previewHostname, appHostname)
  );
}
