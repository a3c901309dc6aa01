import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { outlineOf } from "./accessibility-tree.ts";
import type { CdpSession } from "./cdp.ts";
import { PageRecorder } from "./page-recorder.ts";
import { findingsScript, locateScript, pageScript } from "./page-scripts.ts";
import { maxViewMs, type PageView, type PageVisit } from "./page-viewer.ts";

/** The time without a request after which a page counts as at rest. */
const restMs = 300;
/** Maximum time to wait for a page to rest, after it was opened and after a click. */
const maxRestMs = 6_000;
const pollMs = 50;
/** The height of the window, by its width. */
const heights = { narrow: 844, wide: 900 };
const maxPhoneWidth = 500;

const world = z.object({ executionContextId: z.number() });
const frames = z.object({ frameTree: z.object({ frame: z.object({ id: z.string() }) }) });
const evaluated = z.object({ result: z.object({ value: z.unknown().optional() }) });
const located = z.object({ x: z.number(), y: z.number(), met: z.string(), covered: z.string().nullable() }).nullable();
const page = z.object({ title: z.string(), path: z.string(), height: z.number() });
const captured = z.object({ data: z.string() });
const navigated = z.object({ errorText: z.string().optional() });

/** Thrown at the deadline. */
class OutOfTime extends Error {}

/**
 * Visits a page with the DevTools protocol. For a page that does not respond in time, such as a page in an endless loop,
 * the view says so and contains everything that the page reported until then.
 * @param session a session with an empty page in a context of its own
 * @throws Error when the browser closes the connection
 */
export async function drivePage(session: CdpSession, visit: PageVisit, maxMs = maxViewMs): Promise<PageView> {
  const recorder = new PageRecorder(session, visit.origin);
  const view: PageView = {
    path: "",
    title: "",
    pageHeight: 0,
    screenshot: null,
    tree: "",
    click: null,
    console: recorder.console,
    failedRequests: recorder.failedRequests,
    findings: [],
    problem: null,
  };
  const timer = new AbortController();
  try {
    const deadline = sleep(maxMs, null, { signal: timer.signal }).then(() => {
      throw new OutOfTime();
    });
    await Promise.race([look(session, recorder, visit, view), deadline]);
  } catch (error) {
    if (!(error instanceof OutOfTime)) throw error;
    view.problem = `The page did not answer within ${maxMs / 1_000} seconds: a script of it may run without an end.`;
  } finally {
    timer.abort();
  }
  return view;
}

/** Fills in the view, in the order in which its parts become known. */
async function look(session: CdpSession, recorder: PageRecorder, visit: PageVisit, view: PageView): Promise<void> {
  const { width, click, type, waitMs } = visit;
  const isPhone = width <= maxPhoneWidth;
  const height = isPhone ? heights.narrow : heights.wide;
  await recorder.start();
  const metrics = { width, height, deviceScaleFactor: 1, mobile: isPhone };
  await session.send("Emulation.setDeviceMetricsOverride", metrics);
  const { errorText } = navigated.parse(await session.send("Page.navigate", { url: visit.link }));
  if (errorText !== undefined) view.problem = `The page could not be opened: ${errorText}.`;
  await rest(recorder);
  if (click !== undefined) {
    view.click = await clickOn(session, click, type);
    // Gives the click time to start its requests, so that the rest includes them.
    await sleep(restMs);
    await rest(recorder);
  }
  if (waitMs > 0) await sleep(waitMs);
  const { title, path, height: pageHeight } = page.parse(await inPage(session, pageScript));
  Object.assign(view, { title, path, pageHeight });
  view.findings = z.array(z.string()).parse(await inPage(session, findingsScript));
  view.tree = outlineOf(await session.send("Accessibility.getFullAXTree"));
  const picture = await session.send("Page.captureScreenshot", { format: "webp", quality: 80 });
  view.screenshot = { mediaType: "image/webp", data: captured.parse(picture).data, width, height };
}

async function rest(recorder: PageRecorder): Promise<void> {
  for (let waited = 0; waited < maxRestMs && !recorder.hasRested(restMs); waited += pollMs) await sleep(pollMs);
}

/**
 * Clicks an element as a person does: at its center, even when another element covers it.
 * @returns a sentence on the element that the click met
 */
async function clickOn(session: CdpSession, wanted: string, type: string | undefined): Promise<string> {
  const place = located.parse(await inPage(session, locateScript, wanted));
  if (place === null) return `There is no visible element ${JSON.stringify(wanted)}, so nothing was clicked.`;
  const { x, y, met, covered } = place;
  const button = { x, y, button: "left", clickCount: 1 };
  await session.send("Input.dispatchMouseEvent", { type: "mouseMoved", x, y });
  await session.send("Input.dispatchMouseEvent", { type: "mousePressed", ...button });
  await session.send("Input.dispatchMouseEvent", { type: "mouseReleased", ...button });
  if (type !== undefined) await typeText(session, type);
  return covered === null ? `Clicked ${met}.` : `The click on ${met} met ${covered}, which covers it.`;
}

async function typeText(session: CdpSession, text: string): Promise<void> {
  const entersAtEnd = text.endsWith("\n");
  await session.send("Input.insertText", { text: entersAtEnd ? text.slice(0, -1) : text });
  if (!entersAtEnd) return;
  const enter = { key: "Enter", code: "Enter", windowsVirtualKeyCode: 13, text: "\r" };
  await session.send("Input.dispatchKeyEvent", { type: "keyDown", ...enter });
  await session.send("Input.dispatchKeyEvent", { type: "keyUp", ...enter });
}

/** Calls a function in the page, in a world that its scripts do not share. */
async function inPage(session: CdpSession, functionDeclaration: string, argument?: string): Promise<unknown> {
  const { frameTree } = frames.parse(await session.send("Page.getFrameTree"));
  const { executionContextId } = world.parse(
    await session.send("Page.createIsolatedWorld", { frameId: frameTree.frame.id, worldName: "edgesmith" }),
  );
  const called = await session.send("Runtime.callFunctionOn", {
    functionDeclaration,
    executionContextId,
    arguments: argument === undefined ? [] : [{ value: argument }],
    returnByValue: true,
  });
  return evaluated.parse(called).result.value;
}
