// Renders a page in a browser: its text, the computed styles of a sample of its elements, and its errors.
import type { Browser, BrowserContext, Page } from "@playwright/test";

/** A sampled element: its description, and the computed styles that two renderings must share. */
export type SampledElement = { element: string; width: number; styles: Record<string, string> };

export type Rendering = {
  /** Whether the check passed; true without a check. */
  holds: boolean;
  /** Whether the page shows nothing: no text, image, field or box with its own background. */
  isEmpty: boolean;
  text: string;
  elements: SampledElement[];
  /** Console errors, script errors and failed requests, without origins and content hashes. */
  errors: string[];
  requests: number;
  screenshot?: Buffer;
};

const SETTLED_MS = 15_000;
/**
 * The time that an empty page may take to show something, in milliseconds: the error that leaves it empty may follow a
 * response or a timer.
 */
const EMPTY_MS = 3_000;

export type RenderOptions = {
  check?: string | undefined;
  /** The time that the check may take to pass, in milliseconds. */
  waitMs: number;
  withScreenshot?: boolean;
};

/**
 * Opens a page in a new browser context, and samples it once the check passes and the page is idle. Blocks requests to
 * hosts other than loopback.
 */
export async function render(browser: Browser, url: string, options: RenderOptions): Promise<Rendering> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, colorScheme: "light" });
  try {
    return await renderIn(context, url, options);
  } finally {
    await context.close();
  }
}

async function renderIn(
  context: BrowserContext,
  url: string,
  { check, waitMs, withScreenshot = false }: RenderOptions,
): Promise<Rendering> {
  const page = await context.newPage();
  const errors: string[] = [];
  const counted = { requests: 0 };
  await context.route(
    (target) => !isLocal(target),
    (route) => route.abort("blockedbyclient"),
  );
  page.on("request", (request) => (counted.requests += isLocal(new URL(request.url())) ? 1 : 0));
  page.on("console", (message) => {
    // The response listener records refused requests together with their URLs.
    const isRefusal = message.text().includes("the server responded with a status of");
    if (message.type() === "error" && !isRefusal) errors.push(message.text());
  });
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("response", (response) => {
    if (response.status() >= 400) errors.push(`${response.status()} ${response.url()}`);
  });
  await page.goto(url, { timeout: 60_000 });
  const holds = await comesTrue(page, check ?? "true", waitMs);
  await settle(page);
  const seen = await looked(page, check === undefined ? EMPTY_MS : 0);
  const screenshot = withScreenshot ? { screenshot: await page.screenshot() } : {};
  const plain = [...new Set(errors.map(withoutOriginAndHash))].filter(
    (error) => !error.includes("ERR_BLOCKED_BY_CLIENT"),
  );
  return { holds, ...seen, errors: plain, ...counted, ...screenshot };
}

const isLocal = ({ protocol, hostname }: URL): boolean =>
  protocol === "data:" || protocol === "blob:" || hostname === "127.0.0.1" || /(^|\.)localhost$/.test(hostname);

/** Whether an expression becomes true. Retries an expression that throws, since an element may not exist yet. */
async function comesTrue(page: Page, check: string, waitMs: number): Promise<boolean> {
  const guarded = `(() => { try { return Boolean(${check}); } catch { return false; } })()`;
  const found = page.waitForFunction(guarded, undefined, { timeout: waitMs, polling: 100 });
  return found.then(
    () => true,
    () => false,
  );
}

type Seen = Pick<Rendering, "isEmpty" | "text" | "elements">;

/** Samples a page once it shows something, or when the time limit is reached. */
async function looked(page: Page, waitMs: number): Promise<Seen> {
  if (waitMs > 0) await comesTrue(page, `!(${LOOK}).isEmpty`, waitMs);
  return page.evaluate(LOOK);
}

/** Waits until the page is idle. A page that polls never is, so the wait is limited. */
async function settle(page: Page): Promise<void> {
  await page.waitForLoadState("networkidle", { timeout: SETTLED_MS }).catch((error: unknown) => {
    if (!(error instanceof Error) || error.name !== "TimeoutError") throw error;
  });
}

/**
 * Removes origins, the hashes in file names and positions in bundles, which differ between two builds of one project.
 */
const withoutOriginAndHash = (text: string): string =>
  text
    .replace(/https?:\/\/[^/\s)]+/g, "")
    .replace(/-[\w-]{8}(\.\w+)/g, "$1")
    .replace(/:\d+:\d+/g, "");

/**
 * Runs in the page: samples twenty visible elements at even intervals, in document order, including open shadow roots.
 * Finishes animations first, so that two pages are compared in the same state.
 */
const LOOK = `(() => {
  const properties = ["color", "backgroundColor", "fontSize", "fontWeight", "display", "padding", "margin", "borderRadius"];
  for (const animation of document.getAnimations()) {
    try { animation.finish(); } catch { animation.pause(); animation.currentTime = 0; }
  }
  const shown = [];
  const drawn = ["img", "svg", "canvas", "video", "iframe", "object", "embed", "input", "select", "textarea", "button", "progress", "meter", "hr"];
  const isSeen = (element) => {
    if (drawn.includes(element.localName)) return true;
    const { backgroundImage, backgroundColor } = getComputedStyle(element);
    return element !== document.body && (backgroundImage !== "none" || !/^(transparent|rgba\\(.*, 0\\))$/.test(backgroundColor));
  };
  let text = document.body?.innerText ?? "";
  const visit = (root) => {
    for (const element of root.querySelectorAll("*")) {
      if (element.shadowRoot) {
        text += "\\n" + [...element.shadowRoot.children].filter((one) => one.localName !== "style").map((one) => one.innerText ?? one.textContent).join("\\n");
        visit(element.shadowRoot);
      }
      if (["script", "style", "link", "noscript", "br"].includes(element.localName)) continue;
      if (element.ownerSVGElement) continue;
      const box = element.getBoundingClientRect();
      if (box.width > 0 && box.height > 0) shown.push(element);
    }
  };
  if (document.body) visit(document.body);
  const count = Math.min(20, shown.length);
  const chosen = [document.body, ...Array.from({ length: count }, (_, index) => shown[Math.floor((index * shown.length) / count)])];
  return {
    isEmpty: text.trim() === "" && !shown.some(isSeen),
    text: text.replace(/\\s+/g, " ").trim(),
    elements: chosen.filter(Boolean).map((element) => {
      const computed = getComputedStyle(element);
      const words = (element.innerText ?? element.textContent ?? "").trim().slice(0, 20);
      return {
        element: "<" + element.localName + "> " + JSON.stringify(words),
        width: element.getBoundingClientRect().width,
        styles: Object.fromEntries(properties.map((name) => [name, computed[name]])),
      };
    }),
  };
})()`;
