import type { Config } from "../../config/index.ts";
import type { BrowserBinding } from "./cloudflare-viewer.ts";
import type { PageViewer } from "./page-viewer.ts";

/** The binding of Browser Run, where the installation has one. */
export type ViewerEnv = { BROWSER?: BrowserBinding };

/**
 * Returns the installation's viewer: this machine's if it is configured, otherwise Cloudflare's; null without either. Its
 * code is evaluated on the first view, since an isolate's start-up time is limited.
 */
export function pageViewerOf({ BROWSER }: ViewerEnv, { pageViewer }: Config): PageViewer | null {
  if (pageViewer !== null) {
    return { view: async (visit) => (await import("./loopback-viewer.ts")).loopbackViewer(pageViewer).view(visit) };
  }
  if (BROWSER === undefined) return null;
  return { view: async (visit) => (await import("./cloudflare-viewer.ts")).cloudflareViewer(BROWSER).view(visit) };
}
