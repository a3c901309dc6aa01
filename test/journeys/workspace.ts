import type { FrameLocator, Locator, Page } from "@playwright/test";

/** Locators of the workspace by accessible names. */
export function workspaceOf(page: Page) {
  const tab = (name: string) => page.getByRole("tab", { name, exact: true }).click();
  return {
    page,
    prompt: page.getByRole("textbox", { name: "Describe what to build" }),
    /** The same box while an agent is waiting for an answer. */
    answer: page.getByRole("textbox", { name: /^Answer: / }),
    stop: page.getByRole("button", { name: "Stop", exact: true }),
    turn: (status: string): Locator => page.locator(`article[data-status="${status}"]`),
    file: (path: string): Locator =>
      page.getByRole("tree", { name: "Files" }).getByRole("treeitem", { name: path, exact: true }),
    revisions: page.getByRole("list", { name: "Versions" }).getByRole("listitem"),
    editor: (path: string): Locator => page.getByRole("textbox", { name: `Editor, ${path}` }),
    /** The other viewers of the project, as text. */
    others: page.getByRole("list", { name: "Also viewing" }).getByRole("listitem"),
    /** The app in the visible frame. */
    app: (): FrameLocator => page.frameLocator('iframe[title="Preview"]'),
    tab,
  };
}
export type Workspace = ReturnType<typeof workspaceOf>;

/** Returns the origin of the visible app. */
export async function appOrigin(page: Page): Promise<string> {
  const frame = await page.locator('iframe[title="Preview"]').elementHandle();
  const content = await frame?.contentFrame();
  if (!content) throw new Error("no app is shown");
  return new URL(content.url()).origin;
}
