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

const slow = (cdp: CDPSession, rate: number) => cdp.send("Emulation.setCPUThrottlingRate", { rate });
const nodesOf = (page: Page): Promise<number> => page.evaluate<number>(countNodes);

/** Returns the longest task, in milliseconds, while something happens on a slowed page; 0 when none takes 50 ms. */
async function maxTaskMs({ page, cdp }: Opened, happens: () => Promise<unknown>): Promise<number> {
  await slow(cdp, slowdown);
  await page.evaluate(clearTasks);
  await happens();
  // Long tasks are reported after they end.
  await page.waitForTimeout(500);
  await slow(cdp, 1);
  return page.evaluate<number>(longest);
}

const project = `/projects/${projectId}`;
const tree = (page: Page) => page.getByRole("tree", { name: "Files" });
const editor = (page: Page) => page.getByRole("textbox", { name: `Editor, ${longFile}` });

/** A tree of 2,000 files: its elements, the task that shows it, and the one after a file was written. */
export async function measureTree(
  browser: Browser,
  site: Site,
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

/** Key to paint in a file of 3,000 lines beside the 2,000 files: the 95th percentile in milliseconds. */
export async function measureTyping(browser: Browser, site: Site): Promise<number> {
  return onPage(browser, `${project}?view=code&file=${longFile}`, site, async ({ page, cdp }) => {
    await editor(page).click();
    await page.waitForTimeout(1_000);
    await page.evaluate(watchKeys);
    await slow(cdp, slowdown);
    for (let key = 0; key < 60; key++) {
      await page.keyboard.press("abcdefghij".charAt(key % 10));
      await page.waitForTimeout(60);
    }
    const paints = await page.evaluate<number[]>("window.paints");
    return percentile(paints, 95);
  });
}

/** The longest task while 300 tokens a second stream into a file of 3,000 lines that is shown, beside the chat. */
export async function measureStream(browser: Browser, site: Site): Promise<number> {
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

/** A conversation of 500 turns, all loaded: its elements, and the heap in MB after one and after three ways through it. */
export async function measureTurns(
  browser: Browser,
  site: Site,
): Promise<{ nodes: number; once: number; thrice: number }> {
  site.scene.turns = true;
  try {
    return await onPage(browser, project, site, async ({ page, cdp }) => {
      const older = page.getByRole("button", { name: "Load older messages" });
      await page.getByRole("article").last().waitFor();
      for (let click = 0; click < 30; click++) {
        await page.evaluate(scrollToTop);
        if ((await older.count()) === 0) break;
        await older.click();
        await page.waitForTimeout(300);
      }
      const nodes = await nodesOf(page);
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
