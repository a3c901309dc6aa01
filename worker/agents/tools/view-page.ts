import { z } from "zod";
import type { PageView } from "../../preview/index.ts";
import { defineTool, refusal } from "./tool.ts";

/** The maximum number of views in a run: each costs some seconds of a browser and the tokens of its picture. */
export const maxViews = 12;
const defaultWidth = 1_280;

/** The origin is never requested: a path that resolves to another one leads away from the app. */
const origin = "https://app.invalid";

export const viewPage = defineTool({
  name: "view_page",
  description:
    "Look at a page of the running app in a real browser, built from the files as they are now: a screenshot, the accessibility tree, errors of the console, failed requests, texts that cannot be read and controls that are covered. With `click` it clicks an element once the page has loaded, and shows what came of it. Each call opens the page anew; what the app's server has stored stays. Requests to other origins are not made.",
  effect: "acts",
  input: () =>
    z.strictObject({
      path: z
        .string()
        .regex(/^\/(?!\/)/, "must begin with one slash")
        .max(2_000)
        .describe("Path and query, such as /todos?done=1"),
      width: z
        .int()
        .min(320)
        .max(1_920)
        .optional()
        .describe("Of the window in pixels, 1280 by default; 390 is a phone"),
      click: z
        .string()
        .min(1)
        .max(200)
        .optional()
        .describe("The name of a control as the accessibility tree shows it, a text, or a CSS selector"),
      type: z
        .string()
        .max(2_000)
        .optional()
        .describe("A text to type into what was clicked; a line feed at its end presses Enter"),
      wait: z.number().min(0).max(5).optional().describe("Seconds to wait before the picture is taken"),
    }),
  async run({ path, width = defaultWidth, click, type, wait = 0 }, { workspace, views }) {
    if (views >= maxViews) return refusal(`A run may look at pages ${maxViews} times, and this one has.`);
    if (new URL(path, origin).origin !== origin) return refusal("The path leads away from the app.");
    if (type !== undefined && click === undefined) return refusal("Say in `click` which field to type into.");
    const look = { path, width, waitMs: Math.round(wait * 1_000), ...(click !== undefined && { click }) };
    const view = await workspace.viewPage({ ...look, ...(type !== undefined && { type }) });
    return {
      content: reportOf(view),
      isData: true,
      ...(view.screenshot !== null && { image: view.screenshot }),
    };
  },
});

/** Formats a view without its picture. */
function reportOf(view: PageView): string {
  const { screenshot, pageHeight } = view;
  const size =
    screenshot === null
      ? "There is no picture."
      : `The picture shows ${screenshot.width} × ${screenshot.height} pixels of a page that is ${pageHeight} high.`;
  const lines = view.console.map((line) => JSON.stringify(line));
  return [
    `The page ${JSON.stringify(view.path)}, title ${JSON.stringify(view.title)}. ${size}`,
    ...(view.problem === null ? [] : [view.problem]),
    ...(view.click === null ? [] : [view.click]),
    ...listed("Findings", view.findings),
    ...listed("Console", lines),
    ...listed("Failed requests", view.failedRequests),
    "Accessibility tree:",
    view.tree === "" ? "(empty)" : view.tree,
  ].join("\n");
}

const listed = (heading: string, lines: string[]): string[] => [
  `${heading}:`,
  ...(lines.length === 0 ? ["none"] : lines),
];
