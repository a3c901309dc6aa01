// Imports in a browser: an archive, a dropped folder, and a chosen folder.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Browser, Page } from "@playwright/test";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { makeZip } from "../properties/zip-maker.ts";
import { newCaller } from "../stage/caller.ts";
import { type GitHostServer, startGitHost } from "../stage/git-host.ts";
import { openTestStack, type TestStack } from "../stage/stack.ts";
import { launchBrowser, newVisit, picture, signIn, type Visit } from "./browser.ts";

let testStack: TestStack;
let browser: Browser;
let visit: Visit;
let folder: string;
let gitHost: GitHostServer;

beforeAll(async () => {
  gitHost = await startGitHost();
  [testStack, browser] = await Promise.all([
    openTestStack({ variables: { IMPORT_HOSTS: `gitea:${gitHost.host}` } }),
    launchBrowser(),
  ]);
});

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "edgesmith-import-"));
  visit = await newVisit(browser, testStack.stack.appUrl);
  await signIn(visit, await newCaller(testStack.stack));
  await visit.page.goto("/");
});

afterEach(async () => {
  const { complaints } = visit;
  await visit.close();
  rmSync(folder, { recursive: true });
  expect(complaints, "what the app's own pages complained of").toEqual([]);
});

afterAll(async () => {
  await browser.close();
  await testStack.close();
  gitHost.close();
});

const app: Record<string, string> = {
  "index.html": "<h1>It runs</h1>",
  "package.json": '{"name":"mine"}',
  "src/long.txt": "x".repeat(60_000),
  "node_modules/a/index.js": "x",
  ".git/HEAD": "x",
};

function writeApp(): string {
  const root = join(folder, "my-app");
  for (const [path, content] of Object.entries(app)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return root;
}

/** Simulates the drag events of a browser when a person drops an item from the desktop. */
async function drop(page: Page, path: string): Promise<void> {
  await page.getByText("No projects yet").waitFor();
  const devtools = await page.context().newCDPSession(page);
  const data = { items: [], files: [path], dragOperationsMask: 1 };
  const drag = (type: "dragEnter" | "dragOver" | "drop") =>
    devtools.send("Input.dispatchDragEvent", { type, x: 700, y: 600, data });
  await drag("dragEnter");
  await drag("dragOver");
  await page.getByText("Drop a folder or archive").waitFor();
  await picture(page, "import-1-drop");
  // A browser repeats dragover; the last event decides whether it accepts the drop.
  await drag("dragOver");
  await drag("drop");
}

async function expectLeftOut(page: Page): Promise<void> {
  const dialog = page.getByRole("dialog", { name: "Imported “my-app”" });
  await dialog.getByText("1 file wasn't imported.").waitFor();
  await dialog.getByText("src/long.txt").waitFor();
  await dialog.getByText("Installed packages").click();
  await dialog.getByText("node_modules/").waitFor();
  await picture(page, "import-2-left-out");
  await dialog.getByRole("button", { name: "Open project" }).click();
  await page.waitForURL("**/projects/*");
}

describe("a person imports", () => {
  it("Dropping a folder imports it, and the project's menu lists the skipped files", async () => {
    const { page } = visit;
    await drop(page, writeApp());
    await expectLeftOut(page);
    await page.frameLocator("iframe").first().getByText("It runs").waitFor();
    await page.getByRole("button", { name: "Project", exact: true }).click();
    await page.getByRole("button", { name: "Import report" }).click();
    await page.getByRole("dialog", { name: "Import report" }).getByText("src/long.txt").waitFor();
    await picture(page, "import-3-report");
  });

  it("Choosing a folder imports it", async () => {
    const { page } = visit;
    await page.getByLabel("Folder to import").setInputFiles(writeApp());
    await expectLeftOut(page);
  });

  it("Importing a repository with two apps asks which one to build", async () => {
    const { page } = visit;
    const manifest = (name: string) => JSON.stringify({ name, devDependencies: { vite: "8" } });
    const buffer = makeZip(
      ["web", "shop"].flatMap((name) => [
        { name: `all/apps/${name}/package.json`, content: manifest(name) },
        { name: `all/apps/${name}/index.html`, content: `<h1>${name}</h1>` },
      ]),
    );
    await page
      .getByLabel("Archive to import")
      .setInputFiles({ name: "all.zip", mimeType: "application/zip", buffer: Buffer.from(buffer) });
    const dialog = page.getByRole("dialog", { name: "Imported “all”" });
    expect(await dialog.getByRole("radio", { name: "apps/web" }).isChecked()).toBe(true);
    await dialog.getByRole("radio", { name: "apps/shop" }).check();
    await picture(page, "import-4-roots");
    await dialog.getByRole("button", { name: "Open project" }).click();
    await page.waitForURL("**/projects/*");
    const id = new URL(page.url()).pathname.split("/").at(-1);
    const answer = await page.request.get(`/v1/projects/${id}/files/edgesmith.json`);
    expect(JSON.parse((await answer.json()).content)).toEqual({ root: "apps/shop" });
  });

  it("A person imports a public repository by its address from beside the archives, and reads why another one is refused", async () => {
    const { page } = visit;
    await page.getByRole("link", { name: "From an address" }).press("Enter");
    const address = page.getByLabel("Git repository");
    await address.fill(`http://${gitHost.host}/acme/none`);
    await address.press("Enter");
    await page.getByRole("alert").getByText("has no public repository acme/none.").waitFor();
    expect(visit.complaints.splice(0)).toEqual([expect.stringContaining(" 422 ")]);
    await address.fill(`http://${gitHost.host}/acme/tea-shop/src/branch/main/web`);
    await address.press("Enter");
    await page.waitForURL("**/projects/*");
    await page.getByRole("heading", { level: 1, name: "tea-shop" }).waitFor();
    await page.frameLocator("iframe").first().getByText("Web shop").waitFor();
  });

  it("Importing an archive without skipped files opens the project at once", async () => {
    const { page } = visit;
    const buffer = Buffer.from(makeZip([{ name: "index.html", content: "<h1>Plain</h1>" }]));
    await page.getByLabel("Archive to import").setInputFiles({ name: "plain.zip", mimeType: "", buffer });
    await page.waitForURL("**/projects/*");
    await page.frameLocator("iframe").first().getByText("Plain").waitFor();
  });
});
