// The preview's build report, and the conversion of a project whose framework cannot run here.
import type { Browser, Page } from "@playwright/test";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { batchResult } from "../../worker/contract/index.ts";
import { type Caller, newCaller, newProject } from "../stage/caller.ts";
import { openTestStack, type TestStack } from "../stage/stack.ts";
import { launchBrowser, newVisit, picture, signIn, type Visit } from "./browser.ts";

let testStack: TestStack;
let browser: Browser;
let caller: Caller;
let visit: Visit;

beforeAll(async () => {
  [testStack, browser] = await Promise.all([openTestStack(), launchBrowser()]);
});

beforeEach(async () => {
  caller = await newCaller(testStack.stack);
  visit = await newVisit(browser, testStack.stack.appUrl);
  await signIn(visit, caller);
});

afterEach(async () => {
  const { complaints } = visit;
  await visit.close();
  expect(complaints, "what the app's own pages complained of").toEqual([]);
});

afterAll(async () => {
  await browser.close();
  await testStack.close();
});

async function openProject(files: Record<string, string>): Promise<Page> {
  const id = await newProject(caller, "Builds");
  const operations = Object.entries(files).map(([path, content]) => ({ op: "write", path, content }));
  await caller.expect(batchResult, 201, `/v1/projects/${id}/batches`, { body: { message: "Some files", operations } });
  await visit.page.goto(`/projects/${id}`);
  return visit.page;
}

describe("the preview", () => {
  it("The preview shows the size and time of a build, and lists its files and warnings", async () => {
    const page = await openProject({
      "index.html": '<title>%VITE_TITLE%</title><h1>It runs</h1><script type="module" src="/src/main.ts"></script>',
      "src/main.ts": 'import "./main.css"; import("./later.ts");',
      "src/later.ts": 'console.log("later");',
      "src/main.css": "h1 { color: red }",
    });
    await page.frameLocator("iframe").first().getByText("It runs").waitFor();
    const line = page.getByRole("button", { name: /^Build: .+ \(.+ gzip\), .+ m?s, 1 warning$/ });
    await line.click();
    const dialog = page.getByRole("dialog", { name: "Build of version 1" });
    const files = dialog.getByRole("region", { name: "Files" });
    await files.getByText(/^index-\w+\.js$/).waitFor();
    expect(await files.getByRole("listitem").filter({ hasText: "on demand" }).allTextContents()).toEqual([
      expect.stringMatching(/^chunk-\w+\.js/),
    ]);
    await picture(page, "build-1-dialog");
    // A narrow window shows only one panel. The dialog stays, and can still be closed.
    await page.setViewportSize({ width: 600, height: 800 });
    await files.waitFor();
    await picture(page, "build-1-dialog-narrow");
    await page.setViewportSize({ width: 1_280, height: 800 });
    await dialog.getByRole("button", { name: "index.html:1" }).click();
    await page.getByRole("textbox", { name: "Editor, index.html" }).waitFor();
  });

  it("The preview offers to convert a project whose framework cannot run here, and sends the prompt for it", async () => {
    const page = await openProject({
      "package.json": JSON.stringify({ dependencies: { next: "16.0.0", react: "19.2.0" } }),
      "app/page.tsx": "export default function Page() { return <h1>Next</h1>; }",
    });
    const problems = page.getByRole("alert").filter({ hasText: "Build failed" });
    await problems.getByText(/^This is a Next\.js project/).waitFor();
    await picture(page, "build-2-convert");
    expect(await problems.getByRole("button", { name: "Fix it" }).count()).toBe(0);
    await problems.getByRole("button", { name: "Convert with an agent" }).click();
    await page.locator("article").getByText("Convert this Next.js project to Vite").first().waitFor();
  });
});
