// `npm run screens`: takes screenshots of every screen, dialog and error, in light, dark and at 360 px, for
// docs/screens/, and of every template, for the gallery. `npm run screens -- gallery` takes only the latter; names of
// screens take only those screens.
import { mkdirSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { Browser, Page } from "@playwright/test";
import { ROOT } from "../../dev/supervisor/content-hash.ts";
import { templateNames } from "../../frontend/src/templates/templates.ts";
import { batchResult, preview, project } from "../../worker/contract/index.ts";
import { type Caller, newCaller, newProject, startRun } from "../stage/caller.ts";
import { openTestStack, type TestStack } from "../stage/stack.ts";
import { launchBrowser, newVisit, settle, signIn } from "./browser.ts";
import { signUpOwner } from "./owner.ts";
import {
  addressOf,
  adminScreens,
  looks,
  makeStage,
  type Screen,
  type Stage,
  screens,
  signedOutScreens,
  stageVariables,
} from "./screens.ts";
import { dialogs, errors, leave, signedOutErrors } from "./states.ts";
import { workspaceOf } from "./workspace.ts";

const screensFolder = join(ROOT, "docs/screens");
const templatesFolder = join(ROOT, "frontend/public/templates");

/** Encodes an image as WebP in the browser, since Chromium's own screenshots are several times as large. */
async function toWebp(page: Page, png: Buffer, width: number): Promise<Buffer> {
  const source = JSON.stringify(`data:image/png;base64,${png.toString("base64")}`);
  const url = await page.evaluate<string>(`(async () => {
    const image = new Image();
    image.src = ${source};
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = Math.min(${width}, image.width);
    canvas.height = Math.round((image.height * canvas.width) / image.width);
    const context = canvas.getContext("2d");
    context.imageSmoothingQuality = "high";
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    return canvas.toDataURL("image/webp", 0.75);
  })()`);
  return Buffer.from(url.slice(url.indexOf(",") + 1), "base64");
}

/** Encodes and saves an image, on a page whose content security policy allows it. */
async function save(browser: Browser, path: string, png: Buffer, width: number): Promise<void> {
  const page = await browser.newPage();
  try {
    const picture = await toWebp(page, png, width);
    writeFileSync(path, picture);
    console.log(`${relative(ROOT, path)} ${(picture.length / 1024).toFixed(0)} KB`);
  } finally {
    await page.close();
  }
}

/** Creates an example project: an app by the scripted model, with its conversation and history. */
async function exampleProject(caller: Caller): Promise<string> {
  const id = await newProject(caller, "Todo list");
  const operations = [{ op: "write", path: "src/app.ts", content: 'export const name = "Todo list";\n' }];
  await caller.expect(batchResult, 201, `/v1/projects/${id}/batches`, { body: { operations } });
  const { id: runId } = await startRun(caller, id, "Make a todo list with an API that remembers the todos");
  // The stream closes when the run has ended.
  await (await caller.request(`/v1/runs/${runId}/stream`)).text();
  return id;
}

async function shoot(browser: Browser, page: Page, name: string): Promise<void> {
  // The Markdown renderer and images arrive after the rest.
  await page.waitForLoadState("networkidle");
  await settle(page);
  await save(browser, join(screensFolder, `${name}.webp`), await page.screenshot(), 960);
}

/** Takes screenshots of screens in every look, signed in or signed out. */
async function takeScreens(
  browser: Browser,
  { stack }: TestStack,
  { screens, caller, stage }: { screens: Screen[]; caller?: Caller; stage: Stage },
): Promise<void> {
  for (const { name: look, size, colorScheme } of looks) {
    const visit = await newVisit(browser, stack.appUrl, size);
    if (caller !== undefined) await signIn(visit, caller);
    const { page } = visit;
    await page.emulateMedia({ colorScheme });
    for (const [name, path, ready] of screens.filter(isAsked)) {
      await page.goto(addressOf(path, stage));
      await ready(page);
      if (name === "preview" && size.width > 1_000) await workspaceOf(page).app().locator("h1").first().waitFor();
      await shoot(browser, page, `${name}-${look}`);
      // A reload would keep the selected elements and the open console, which belong to only one screen.
      await page.evaluate("sessionStorage.clear()");
      await leave(page);
    }
    await visit.close();
  }
}

async function takeTemplates(browser: Browser, caller: Caller): Promise<void> {
  mkdirSync(templatesFolder, { recursive: true });
  for (const template of templateNames) {
    const { id } = await caller.expect(project, 201, "/v1/projects", { body: { name: template, template } });
    const { url, build } = await caller.expect(preview, 201, `/v1/projects/${id}/preview`, { body: {} });
    if (!build.ok) throw new Error(`${template} does not build: ${JSON.stringify(build.diagnostics)}`);
    const page = await browser.newPage({ viewport: { width: 960, height: 600 }, colorScheme: "light" });
    await page.goto(url);
    await page.locator("h1").first().waitFor({ timeout: 60_000 });
    await page.waitForLoadState("networkidle");
    await save(browser, join(templatesFolder, `${template}.webp`), await page.screenshot(), 640);
    await page.close();
  }
}

const asked = process.argv.slice(2);
const isAsked = ([name]: Screen): boolean => asked.length === 0 || asked.includes(name);

const [testStack, browser] = await Promise.all([openTestStack({ variables: stageVariables }), launchBrowser()]);
try {
  const caller = await newCaller(testStack.stack);
  if (asked.length === 0 || asked.includes("gallery")) await takeTemplates(browser, caller);
  if (asked.join() !== "gallery") {
    mkdirSync(screensFolder, { recursive: true });
    const stage = await makeStage(caller, await exampleProject(caller));
    await takeScreens(browser, testStack, { screens: [...signedOutScreens, ...signedOutErrors], stage });
    await takeScreens(browser, testStack, { screens: [...screens, ...dialogs, ...errors], caller, stage });
    // Runs last, so that its figures include the projects and runs of the other screenshots.
    const owner = await signUpOwner(testStack, stageVariables.ADMIN_EMAILS);
    await takeScreens(browser, testStack, { screens: adminScreens, caller: owner, stage });
  }
} finally {
  await browser.close();
  await testStack.close();
}
