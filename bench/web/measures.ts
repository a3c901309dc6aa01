import type { Browser, CDPSession, Page } from "@playwright/test";
import { median, percentile } from "../figures.ts";
import { longFile, projectId } from "./content.ts";
import {
  clearTasks,
  comeOnline,
  countNodes,
  largestPaint,
  longest,
  rememberVisit,
  scrollThrough,
  scrollToTop,
  watchKeys,
  watchTasks,
} from "./page-scripts.ts";
import { processorTime } from "./processor-time.ts";
import type { Site } from "./server.ts";

const slowdown = 4;

type Opened = { page: Page; cdp: CDPSession };

/** Runs a measurement on a page of its own. */
async function onPage<T>(browser: Browser, path: string, site: Site, work: (opened: Opened) => Promise<T>): Promise<T> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, baseURL: site.url });
  context.setDefaultTimeout(120_000);
  const page = await context.newPage();
  const cdp = await context.newCDPSession(page);
  await page.addInitScript(watchTasks);
  try {
    await page.goto(path);
    return await work({ page, cdp });
  } finally {
    await context.close();
  }
}

/** Returns the duration of the longest task while something happens, in milliseconds at a quarter of the speed. */
export type MaxTaskMs = (opened: Opened, happens: () => Promise<unknown>) => Promise<number>;

const slow = (cdp: CDPSession, rate: number) => cdp.send("Emulation.setCPUThrottlingRate", { rate });
const nodesOf = (page: Page): Promise<number> => page.evaluate<number>(countNodes);

/** By the clock, on a slowed page; 0 when no task takes 50 ms. */
export const byClock: MaxTaskMs = async ({ page, cdp }, happens) => {
  await slow(cdp, slowdown);
  await page.evaluate(clearTasks);
  await happens();
  // Long tasks are reported after they end.
  await page.waitForTimeout(500);
  await slow(cdp, 1);
  return page.evaluate<number>(longest);
};

/** By four times the processor time of the page's main thread at full speed. */
export const byProcessor: MaxTaskMs = async ({ page }, happens) => {
  const browser = page.context().browser();
  if (browser === null) throw new Error("The page has no browser.");
  const { longest } = await processorTime(browser, page, async () => {
    await happens();
    await page.waitForTimeout(500);
  });
  return longest * slowdown;
};

const project = `/projects/${projectId}`;
const tree = (page: Page) => page.getByRole("tree", { name: "Files" });
const editor = (page: Page) => page.getByRole("textbox", { name: `Editor, ${longFile}` });

/** A tree of 2,000 files: its elements, the task that shows it, and the task after a file was written. */
export async function measureTree(
  browser: Browser,
  site: Site,
  maxTaskMs: MaxTaskMs,
): Promise<{ nodes: number; shown: number; written: number }> {
  site.scene.head = 1;
  return onPage(browser, project, site, async (opened) => {
    const { page } = opened;
    await page.getByRole("tab", { name: "Code" }).waitFor();
    await page.waitForTimeout(1_000);
    const shown = await maxTaskMs(opened, async () => {
      await page.getByRole("tab", { name: "Code" }).click();
      await tree(page).getByRole("treeitem").first().waitFor();
    });
    const written = await maxTaskMs(opened, async () => {
      site.scene.head++;
      const files = page.waitForResponse((response) => response.url().endsWith("/files"));
      // Coming back online makes the page read the project again, as the live feed does.
      await page.evaluate(comeOnline);
      await files;
    });
    return { nodes: await nodesOf(page), shown, written };
  });
}

const keys = 60;

const typedLine = "total = total + value1;";

/** The keys of lines of code: in one line that grows beyond the pane, each key would also scroll sideways. */
function keyAt(index: number): string {
  const letter = typedLine[index % (typedLine.length + 1)];
  return letter === " " ? "Space" : (letter ?? "Enter");
}

async function typeKeys(page: Page): Promise<void> {
  for (let key = 0; key < keys; key++) {
    await page.keyboard.press(keyAt(key));
    await page.waitForTimeout(60);
  }
}

/** Opens the long file beside the 2,000 files, and types code into new lines of it once, so that everything is loaded. */
function inEditor<T>(browser: Browser, site: Site, work: (opened: Opened) => Promise<T>): Promise<T> {
  return onPage(browser, `${project}?view=code&file=${longFile}`, site, async (opened) => {
    const { page } = opened;
    await editor(page).click();
    await page.waitForTimeout(5_000);
    // The click may have hit the middle of a string, in which code is not code.
    await page.keyboard.press("End");
    await page.keyboard.press("Enter");
    await typeKeys(page);
    return work(opened);
  });
}

/** Key to paint in a file of 3,000 lines: the 95th percentile in milliseconds. */
export const measureTyping = (browser: Browser, site: Site): Promise<number> =>
  inEditor(browser, site, async ({ page, cdp }) => {
    await page.evaluate(watchKeys);
    await slow(cdp, slowdown);
    await typeKeys(page);
    return percentile(await page.evaluate<number[]>("window.paints"), 95);
  });

/** The processor time of the page's main thread for a key and its consequences, at a quarter of the speed. */
export const measureKey = (browser: Browser, site: Site): Promise<number> =>
  inEditor(browser, site, async ({ page }) => {
    const { sum } = await processorTime(browser, page, () => typeKeys(page));
    return (sum / keys) * slowdown;
  });

/** The longest task while 300 tokens a second stream into a file of 3,000 lines that is shown, beside the chat. */
export async function measureStream(browser: Browser, site: Site, maxTaskMs: MaxTaskMs): Promise<number> {
  let start = () => {};
  site.scene.streams = true;
  site.scene.startTokens = new Promise((resolve) => {
    start = resolve;
  });
  try {
    return await onPage(browser, `${project}?view=code&file=${longFile}`, site, async (opened) => {
      await editor(opened.page).waitFor();
      await opened.page.waitForTimeout(1_500);
      return maxTaskMs(opened, async () => {
        start();
        await opened.page.waitForTimeout(6_000);
      });
    });
  } finally {
    site.scene.streams = false;
  }
}

async function heapOf(cdp: CDPSession): Promise<number> {
  await cdp.send("HeapProfiler.collectGarbage");
  const { usedSize } = await cdp.send("Runtime.getHeapUsage");
  return usedSize / 1_048_576;
}

/** The time limit for loading 500 turns: a build that keeps them all in the document gets ever slower. */
const loadingMs = 180_000;

/**
 * A conversation of 500 turns, all loaded: its elements, and the heap in MB after one and after three ways through it.
 * @param hasAll the build has every turn in the document, so that a pass through them takes minutes and shows nothing
 */
export async function measureTurns(
  browser: Browser,
  site: Site,
  hasAll: boolean,
): Promise<{ nodes: number; once: number | null; thrice: number | null }> {
  site.scene.turns = true;
  try {
    return await onPage(browser, project, site, async ({ page, cdp }) => {
      const older = page.getByRole("button", { name: /older messages/i });
      await page.getByRole("article").last().waitFor();
      const until = performance.now() + loadingMs;
      while (performance.now() < until) {
        await page.evaluate(scrollToTop);
        if ((await older.count()) === 0) break;
        await older.click();
        await page.waitForTimeout(300);
      }
      const nodes = await nodesOf(page);
      if (hasAll) return { nodes, once: null, thrice: null };
      await page.evaluate(scrollThrough);
      const once = await heapOf(cdp);
      for (let more = 0; more < 2; more++) await page.evaluate(scrollThrough);
      return { nodes: Math.max(nodes, await nodesOf(page)), once, thrice: await heapOf(cdp) };
    });
  } finally {
    site.scene.turns = false;
  }
}

/** The first page on a slow line and a slow machine: its scripts' compressed bytes, and when its largest element is painted. */
export async function measureFirstLoad(
  browser: Browser,
  site: Site,
  times: number,
): Promise<{ bytes: number; lcp: number }> {
  const lcps: number[] = [];
  let bytes = 0;
  for (let time = 0; time < times; time++) {
    site.sentScripts();
    await onPage(browser, "about:blank", site, async ({ page, cdp }) => {
      await cdp.send("Network.enable");
      const line = { offline: false, latency: 100, downloadThroughput: 200_000, uploadThroughput: 90_000 };
      await cdp.send("Network.emulateNetworkConditions", line);
      await slow(cdp, slowdown);
      await page.addInitScript(rememberVisit);
      await page.goto(`${site.url}/`);
      await page.getByRole("list", { name: "Projects" }).waitFor();
      lcps.push(await page.evaluate<number>(largestPaint));
    });
    bytes = site.sentScripts();
  }
  return { bytes, lcp: median(lcps) };
}
