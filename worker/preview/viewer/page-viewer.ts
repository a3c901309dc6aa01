import { z } from "zod";

/** The maximum time of one view, from the first request to the screenshot. */
export const maxViewMs = 15_000;

/** The page for a viewer to open, and its actions there. */
export const pageVisit = z.strictObject({
  /** A link to the page that admits its reader, once. */
  link: z.url(),
  /** The preview's own origin. The browser sends requests to no other origin. */
  origin: z.url(),
  /** The width of the window in CSS pixels. */
  width: z.int().min(320).max(1_920),
  /** The accessible name, the text or a CSS selector of an element to click once the page has loaded. */
  click: z.string().optional(),
  /** A text to type after the click; a line feed at its end presses Enter. */
  type: z.string().optional(),
  /** How long to wait before the picture is taken, in milliseconds. */
  waitMs: z.int().min(0).max(5_000),
});
export type PageVisit = z.infer<typeof pageVisit>;

const screenshot = z.strictObject({
  mediaType: z.literal("image/webp"),
  /** Base64. */
  data: z.string(),
  width: z.int(),
  height: z.int(),
});

/** The result of a visit. All texts are the page's own, and untrusted. */
export const pageView = z.strictObject({
  /** The path at the end, which the page may have changed. */
  path: z.string(),
  title: z.string(),
  /** The height of the whole page in CSS pixels; the picture shows its beginning. */
  pageHeight: z.number(),
  screenshot: screenshot.nullable(),
  /** The accessibility tree as an indented list. */
  tree: z.string(),
  /** A sentence on the element that the click met; null without a click. */
  click: z.string().nullable(),
  /** The console's errors and warnings, exceptions and dialogs. */
  console: z.array(z.strictObject({ level: z.enum(["error", "warn", "info"]), message: z.string() })),
  failedRequests: z.array(z.string()),
  /** Texts that nobody can read and controls that something covers. */
  findings: z.array(z.string()),
  /** Why a part of the view is missing, as a sentence. */
  problem: z.string().nullable(),
});
export type PageView = z.infer<typeof pageView>;

/** The port to a browser that views the page of a preview. */
export type PageViewer = {
  /**
   * Opens a page in a browser without any stored state, acts on it, and views it.
   * @throws AppError `dependency_down` when no browser is available
   */
  view(visit: PageVisit): Promise<PageView>;
};
