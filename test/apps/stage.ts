// What every run of the corpus needs: the registry's pass-through, the preview Worker in its own runtime, and a browser.
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "@playwright/test";
import { startRegistry } from "../../dev/registry.ts";
import { launchBrowser } from "../journeys/browser.ts";
import { type ServedPreview, servePreview } from "../preview/serve-preview.ts";

export type Stage = { browser: Browser; preview: ServedPreview; registryUrl: string; stop(): Promise<void> };

/** Starts all of it on loopback. Packages are kept on disk, where `EDGESMITH_NPM_CACHE` says. */
export async function startStage(): Promise<Stage> {
  const registry = await startRegistry({
    cacheDir: process.env.EDGESMITH_NPM_CACHE ?? join(tmpdir(), "edgesmith-npm"),
  });
  const preview = await servePreview("http://localhost:8787", registry.url);
  const browser = await launchBrowser();
  return {
    browser,
    preview,
    registryUrl: registry.url,
    stop: async () => {
      await browser.close();
      await preview.stop();
      await registry.close();
    },
  };
}
