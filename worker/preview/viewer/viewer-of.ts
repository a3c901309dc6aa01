import type { Config } from "../../config/index.ts";
import { type BrowserBinding, cloudflareViewer } from "./cloudflare-viewer.ts";
import { loopbackViewer } from "./loopback-viewer.ts";
import type { PageViewer } from "./page-viewer.ts";

/** The binding of Browser Run, where the installation has one. */
export type ViewerEnv = { BROWSER?: BrowserBinding };

/** Returns the installation's viewer: this machine's where it is configured, else Cloudflare's; null without either. */
export function pageViewerOf(env: ViewerEnv, config: Config): PageViewer | null {
  if (config.pageViewer !== null) return loopbackViewer(config.pageViewer);
  return env.BROWSER === undefined ? null : cloudflareViewer(env.BROWSER);
}
