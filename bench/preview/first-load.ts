import { gzipSync } from "node:zlib";
import type { Browser } from "@playwright/test";

export type FirstLoad = { requests: number; gzipBytes: number };

const COMPRESSIBLE = /javascript|css|html|json|svg|text/;

/** Opens a page without a cache, and counts its requests. Compresses the bodies here, so that servers do not differ. */
export async function firstLoad(browser: Browser, url: string, says: string): Promise<FirstLoad> {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    const bodies: Promise<Buffer>[] = [];
    page.on("response", (response) => {
      const body = response.body().then((bytes) => {
        const isText = COMPRESSIBLE.test(response.headers()["content-type"] ?? "");
        return isText ? gzipSync(bytes, { level: 9 }) : bytes;
      });
      bodies.push(body);
    });
    await page.goto(url);
    await page.waitForFunction(says, undefined, { timeout: 20_000 });
    await page.waitForLoadState("networkidle");
    const loaded = await Promise.all(bodies);
    return { requests: loaded.length, gzipBytes: loaded.reduce((sum, body) => sum + body.length, 0) };
  } finally {
    await context.close();
  }
}
