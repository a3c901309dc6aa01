import { mkdirSync } from "node:fs";
import { join } from "node:path";
import {
  type Browser,
  type BrowserContext,
  type ConsoleMessage,
  type Frame,
  type Page,
  chromium as playwright,
} from "@playwright/test";
import chromium from "@sparticuz/chromium";
import { ROOT } from "../../dev/supervisor/content-hash.ts";

const quiet = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Launches a real Chromium: the executable at CHROMIUM_PATH, otherwise the bundled one. */
export async function launchBrowser(more: string[] = []): Promise<Browser> {
  const executablePath = process.env.CHROMIUM_PATH ?? (await chromium.executablePath());
  return playwright.launch({ executablePath, args: [...quiet, ...more], headless: true });
}

export type Visit = {
  context: BrowserContext;
  page: Page;
  /**
   * Failures in the app's own pages: console errors, violations of the content security policy, requests to other
   * origins.
   */
  complaints: string[];
  close(): Promise<void>;
};

/**
 * Opens a browser context without any stored state. Records no complaints of a generated app's own origin.
 * @param device further options of the context, such as a touch screen
 */
export async function newVisit(
  browser: Browser,
  appUrl: string,
  size = { width: 1440, height: 900 },
  device: { hasTouch?: boolean; isMobile?: boolean } = {},
): Promise<Visit> {
  const context = await browser.newContext({ viewport: size, colorScheme: "light", baseURL: appUrl, ...device });
  context.setDefaultTimeout(30_000);
  const complaints: string[] = [];
  const page = await context.newPage();
  const isOurs = (message: ConsoleMessage) => {
    const { url } = message.location();
    return url === "" || url.startsWith(appUrl);
  };
  page.on("console", (message) => {
    if (message.type() === "error" && isOurs(message)) complaints.push(`${message.text()} (${message.location().url})`);
  });
  page.on("request", (request) => {
    const { protocol, hostname } = new URL(request.url());
    const isHere = protocol === "data:" || protocol === "blob:" || /(^|\.)localhost$/.test(hostname);
    if (!isHere) complaints.push(`a request to ${request.url()}`);
  });
  page.on("response", (response) => {
    if (response.status() < 500 || !response.url().startsWith(appUrl)) return;
    const responseText = response.text().catch((error: unknown) => `no body: ${String(error)}`);
    void responseText.then((body) => complaints.push(`${response.status()} of ${response.url()}: ${body}`));
  });
  page.on("pageerror", (error) => complaints.push(error.stack ?? error.message));
  return { context, page, complaints, close: () => context.close() };
}

/** Signs a browser in with the cookies of an existing account. */
export async function signIn(
  { context }: Visit,
  { appUrl, cookie }: { appUrl: string; cookie: string },
): Promise<void> {
  const cookies = cookie.split("; ").map((one) => {
    const at = one.indexOf("=");
    return { name: one.slice(0, at), value: one.slice(at + 1), url: appUrl };
  });
  await context.addCookies(cookies);
}

/**
 * Waits for transitions. An inherited colour starts a new transition while the parent's colour changes. Animations do
 * not advance in a hidden frame, so the wait is limited.
 */
const settled = `Promise.race([
  (async () => {
    const running = () => document.getAnimations().filter(({ effect, playState }) =>
      playState === "running" && effect.getTiming().iterations !== Infinity);
    for (let now = running(); now.length > 0; now = running()) await Promise.allSettled(now.map(({ finished }) => finished));
  })(),
  new Promise((resolve) => setTimeout(resolve, 1000)),
])`;

/** Waits until all animations of a page and its frames have ended. */
export async function settle(page: Page): Promise<void> {
  await Promise.all(page.frames().map(settleFrame));
}

async function settleFrame(frame: Frame): Promise<void> {
  try {
    await frame.evaluate(settled);
  } catch (error) {
    // Skips a frame that was removed meanwhile, as when the preview's next version replaces it. Retries a frame that
    // has navigated.
    if (frame.isDetached()) return;
    if (!String(error).includes("Execution context was destroyed")) throw error;
    await settleFrame(frame);
  }
}

/** Saves a screenshot for visual review, once all animations have ended. */
export async function picture(page: Page, name: string): Promise<void> {
  await settle(page);
  const folder = join(ROOT, "test-results");
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
}
