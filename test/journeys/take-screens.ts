// `npm run screens`: pictures of every screen, in light, dark and at 360 px, for docs/screens/; and of every template, for the
// gallery. `npm run screens -- templates` makes those alone.
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
import { looks, screens } from "./screens.ts";
import { workspaceOf } from "./workspace.ts";

const screensFolder = join(ROOT, "docs/screens");
const templatesFolder = join(ROOT, "frontend/public/templates");
const adminEmail = "owner@example.com";

/** Encodes a picture as WebP, in the browser: Chromium's own screenshots are several times as large. */
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

/** Encodes on a page without a policy that forbids it. */
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

/** Makes a project to look at: an app of the scripted model, with its conversation and history. */
async function exampleProject(caller: Caller): Promise<string> {
  const id = await newProject(caller, "Todo list");
  const operations = [{ op: "write", path: "src/app.ts", content: 'export const name = "Todo list";\n' }];
  await caller.expect(batchResult, 201, `/v1/projects/${id}/batches`, { body: { operations } });
  await startRun(caller, id, "Make a todo list with an API that remembers the todos");
  return id;
}

/** The screens beside those that axe looks at; `:id` is the project's. */
const moreScreens = {
  agents: "/projects/:id/agents",
  "app-settings": "/projects/:id/settings",
  publishing: "/projects/:id/publishing",
  security: "/settings/security",
  tokens: "/settings/tokens",
  triggers: "/settings/triggers",
  webhooks: "/settings/webhooks",
};

async function shoot(browser: Browser, page: Page, name: string): Promise<void> {
  // The renderer of Markdown and pictures arrive after the rest.
  await page.waitForLoadState("networkidle");
  await settle(page);
  await save(browser, join(screensFolder, `${name}.webp`), await page.screenshot(), 960);
}

/** The screens for signed-out visitors, with the name of each screen's submit button. */
const signedOutScreens = {
  "sign-in": "Sign in",
  "sign-up": "Create account",
  "forgot-password": "Email me a reset link",
};

async function takeSignedOut(browser: Browser, { stack }: TestStack): Promise<void> {
  for (const { name: look, size, colorScheme } of looks) {
    const { page, close } = await newVisit(browser, stack.appUrl, size);
    await page.emulateMedia({ colorScheme });
    for (const [name, button] of Object.entries(signedOutScreens)) {
      await page.goto(`/${name}`);
      await page.getByRole("button", { name: button, exact: true }).waitFor();
      await shoot(browser, page, `${name}-${look}`);
    }
    await close();
  }
}

/** The tabs of the administration, by their addresses. */
const adminTabs = ["overview", "spend", "alerts", "accounts", "apps", "traces"];

/** Taken last, so that its figures include the projects and runs of the other pictures. */
async function takeAdministration(browser: Browser, testStack: TestStack): Promise<void> {
  const owner = await signUpOwner(testStack, adminEmail);
  for (const { name: look, size, colorScheme } of looks) {
    const visit = await newVisit(browser, testStack.stack.appUrl, size);
    await signIn(visit, owner);
    await visit.page.emulateMedia({ colorScheme });
    for (const tab of adminTabs) {
      await visit.page.goto(`/admin/${tab}`);
      await visit.page.getByRole("heading", { level: 1 }).waitFor();
      await shoot(browser, visit.page, `admin-${tab}-${look}`);
    }
    await visit.close();
  }
}

async function takeScreens(browser: Browser, { stack }: TestStack, caller: Caller): Promise<void> {
  mkdirSync(screensFolder, { recursive: true });
  const id = await exampleProject(caller);
  for (const { name: look, size, colorScheme } of looks) {
    const visit = await newVisit(browser, stack.appUrl, size);
    await signIn(visit, caller);
    const { page } = visit;
    await page.emulateMedia({ colorScheme });
    await page.goto(`/projects/${id}`);
    await workspaceOf(page).turn("completed").waitFor({ state: "attached", timeout: 120_000 });
    for (const [name, path, ready] of screens) {
      await page.goto(path.startsWith("/") ? path : `/projects/${id}${path}`);
      await ready(page);
      if (name === "preview" && size.width > 1_000) await workspaceOf(page).app().locator("h1").first().waitFor();
      await shoot(browser, page, `${name}-${look}`);
    }
    for (const [name, path] of Object.entries(moreScreens)) {
      await page.goto(path.replace(":id", id));
      await page.getByRole("heading", { level: 1 }).waitFor();
      await shoot(browser, page, `${name}-${look}`);
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

const only = process.argv[2];
const [testStack, browser] = await Promise.all([
  openTestStack({ variables: { ADMIN_EMAILS: adminEmail } }),
  launchBrowser(),
]);
try {
  const caller = await newCaller(testStack.stack);
  await takeTemplates(browser, caller);
  if (only !== "templates") {
    await takeSignedOut(browser, testStack);
    await takeScreens(browser, testStack, caller);
    await takeAdministration(browser, testStack);
  }
} finally {
  await browser.close();
  await testStack.close();
}
