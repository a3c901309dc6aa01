// The environment of the corpus: the registry's proxy, the preview Worker in its own runtime, and a browser.
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "@playwright/test";
import { startRegistry } from "../../dev/registry.ts";
import { launchBrowser } from "../journeys/browser.ts";
import { type ServedPreview, servePreview } from "../preview/serve-preview.ts";

export type Stage = {
  readonly browser: Browser;
  /** The running preview Worker. */
  readonly preview: ServedPreview;
  readonly registryUrl: string;
  /** Replaces a preview Worker that hangs or has crashed. */
  restartPreview(): Promise<void>;
  stop(): Promise<void>;
};

/** The origin that may embed previews in a frame. No server listens there. */
const APP_URL = "http://localhost:8787";

/** Starts the environment on loopback. Caches packages on disk, in the folder that `EDGESMITH_NPM_CACHE` names. */
export async function startStage(): Promise<Stage> {
  const registry = await startRegistry({
    cacheDir: process.env.EDGESMITH_NPM_CACHE ?? join(tmpdir(), "edgesmith-npm"),
  });
  let preview = await servePreview(APP_URL, registry.url);
  const browser = await launchBrowser();
  return {
    browser,
    get preview() {
      return preview;
    },
    registryUrl: registry.url,
    restartPreview: async () => {
      await preview.stop();
      preview = await servePreview(APP_URL, registry.url);
    },
    stop: async () => {
      await browser.close();
      await preview.stop();
      await registry.close();
    },
  };
}
