// An app's data in the browser: tables, rows, queries, CSV and snapshots, by mouse, by keyboard and on a phone.
import type { Browser, Page } from "@playwright/test";
import { source } from "axe-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { batchResult } from "../../worker/contract/index.ts";
import { type Caller, newCaller, newProject } from "../stage/caller.ts";
import { openTestStack, type TestStack } from "../stage/stack.ts";
import { launchBrowser, newVisit, picture, signIn } from "./browser.ts";
import { workspaceOf } from "./workspace.ts";

let testStack: TestStack;
let browser: Browser;
let caller: Caller;

beforeAll(async () => {
  [testStack, browser] = await Promise.all([openTestStack(), launchBrowser()]);
  caller = await newCaller(testStack.stack);
});

afterAll(async () => {
  await browser.close();
  await testStack.close();
});

const server = `import { DurableObject } from "cloudflare:workers";
export class App extends DurableObject<{ DB: D1Database }> {
  constructor(ctx: DurableObjectState, env: unknown) {
    super(ctx, env as never);
    ctx.storage.sql.exec("CREATE TABLE IF NOT EXISTS todo (id INTEGER PRIMARY KEY, title TEXT NOT NULL, done INTEGER NOT NULL DEFAULT 0, note TEXT)");
    ctx.storage.sql.exec("INSERT OR IGNORE INTO todo (id, title, note) SELECT value, 'Item ' || value, NULL FROM json_each('[1,2,3]')");
  }
  async fetch() {
    await this.env.DB.exec("CREATE TABLE IF NOT EXISTS note (id INTEGER PRIMARY KEY, text TEXT)");
    return Response.json(this.ctx.storage.sql.exec("SELECT count(*) AS n FROM todo").one());
  }
}
`;
const wrangler = JSON.stringify({ d1_databases: [{ binding: "DB", database_name: "notes", database_id: "any" }] });
const page = `<!doctype html><title>App</title><h1 id="n">?</h1><script>
fetch("/api").then((response) => response.json()).then(({ n }) => { document.getElementById("n").textContent = n + " items"; });
</script>`;

async function openData(size = { width: 1280, height: 800 }) {
  const projectId = await newProject(caller, "Todo");
  const files = { "index.html": page, "src/server.ts": server, "wrangler.jsonc": wrangler };
  const operations = Object.entries(files).map(([path, content]) => ({ op: "write", path, content }));
  await caller.expect(batchResult, 201, `/v1/projects/${projectId}/batches`, { body: { operations } });
  const visit = await newVisit(browser, testStack.stack.appUrl, size);
  await signIn(visit, caller);
  await visit.page.goto(`/projects/${projectId}?view=preview`);
  const workspace = workspaceOf(visit.page);
  await workspace.app().getByText("3 items").waitFor();
  await workspace.tab("Data");
  await visit.page.getByRole("table", { name: "Rows of todo" }).waitFor();
  return { visit, page: visit.page, workspace };
}

const titles = (shown: Page) =>
  shown.getByRole("table", { name: "Rows of todo" }).locator("tbody tr td:nth-child(3)").allTextContents();

const eventually = <T>(read: () => Promise<T>) => expect.poll(read, { timeout: 15_000 });

async function requireAccessible(shown: Page): Promise<void> {
  await shown.evaluate(source);
  const found: string[] = await shown.evaluate(
    `axe.run('[aria-label="Data"]').then(({ violations }) => violations.map(({ id, nodes }) => id + ": " + nodes.map(({ html }) => html).join(" ")))`,
  );
  expect(found).toEqual([]);
}

it("The Data tab sorts, filters, inserts, changes and deletes rows, and the app sees it", {
  timeout: 300_000,
}, async () => {
  const { visit, page: shown } = await openData();
  expect(await titles(shown)).toEqual(["Item 1", "Item 2", "Item 3"]);
  await requireAccessible(shown);
  await picture(shown, "50-data");
  await shown.getByRole("button", { name: "title text" }).click();
  await shown.getByRole("button", { name: "title text" }).click();
  await eventually(() => titles(shown)).toEqual(["Item 3", "Item 2", "Item 1"]);

  await shown.getByRole("button", { name: "Insert row" }).click();
  await shown.getByRole("textbox", { name: "title" }).fill("Item 4");
  await picture(shown, "51-data-insert");
  await shown.getByRole("button", { name: "Insert", exact: true }).click();
  await eventually(() => titles(shown)).toEqual(["Item 4", "Item 3", "Item 2", "Item 1"]);

  await shown.getByRole("button", { name: "Edit row 2" }).click();
  await shown.getByRole("textbox", { name: "title" }).fill("Renamed");
  await shown.keyboard.press("Enter");
  await eventually(() => titles(shown)).toContain("Renamed");
  await shown.getByRole("button", { name: "Edit row 1" }).click();
  await shown.getByRole("button", { name: "Delete", exact: true }).click();
  await eventually(() => titles(shown)).toEqual(["Renamed", "Item 4", "Item 3"]);

  await shown.getByRole("combobox", { name: "Column to filter by" }).selectOption("title");
  await shown.getByRole("textbox", { name: "Value to filter by" }).fill("item");
  await shown.getByRole("button", { name: "Filter", exact: true }).click();
  await eventually(() => titles(shown)).toEqual(["Item 4", "Item 3"]);
  await shown.getByRole("button", { name: "Show all" }).click();
  await eventually(async () => (await titles(shown)).length).toBe(3);

  const csv = shown.waitForEvent("download");
  await shown.getByRole("link", { name: "Export CSV" }).click();
  expect((await csv).suggestedFilename()).toBe("todo.csv");
  const file = { name: "more.csv", mimeType: "text/csv", buffer: Buffer.from("title,note\nFrom a file,\n") };
  await shown.getByLabel("CSV file").setInputFiles(file);
  await shown.getByText("Imported 1 row.").waitFor();
  await eventually(() => titles(shown)).toContain("From a file");

  await shown.getByRole("combobox", { name: "Database" }).selectOption("D1: notes");
  await shown.getByRole("table", { name: "Rows of note" }).waitFor();
  await shown.getByRole("button", { name: "Insert row" }).click();
  await shown.getByRole("textbox", { name: "text" }).fill("In the other database");
  await shown.getByRole("button", { name: "Insert", exact: true }).click();
  await shown.getByRole("cell", { name: "In the other database" }).waitFor();
  await requireAccessible(shown);
  await picture(shown, "55-data-d1");
  await shown.getByRole("combobox", { name: "Database" }).selectOption("App");
  await eventually(() => titles(shown)).toContain("From a file");
  expect(visit.complaints, "what the app's own pages complained of").toEqual([]);
  await visit.close();
});

it("The Data tab runs a query, says why one is refused, and restores a snapshot", { timeout: 300_000 }, async () => {
  const { visit, page: shown } = await openData({ width: 360, height: 740 });
  await shown.getByRole("button", { name: "Snapshots" }).click();
  await shown.getByRole("button", { name: "Take a snapshot" }).click();
  await shown.getByText("Taken by you").waitFor();
  await requireAccessible(shown);
  await picture(shown, "52-data-snapshots-phone");

  await shown.getByRole("button", { name: "Tables" }).click();
  await picture(shown, "53-data-phone");
  expect(await shown.evaluate("document.documentElement.scrollWidth"), "no sideways scroll").toBeLessThanOrEqual(360);
  await shown.getByRole("button", { name: "Edit row 3" }).click();
  await shown.getByRole("button", { name: "Delete", exact: true }).click();
  await eventually(() => titles(shown)).toEqual(["Item 1", "Item 2"]);

  await shown.getByRole("button", { name: "SQL", exact: true }).click();
  const box = shown.getByRole("textbox", { name: "SQL" });
  await box.fill("SELECT count(*) AS n FROM todo");
  await box.press("ControlOrMeta+Enter");
  await shown.getByRole("region", { name: "Result" }).getByRole("cell", { name: "2" }).waitFor();
  await requireAccessible(shown);
  await picture(shown, "54-data-sql-phone");
  await box.fill("DELETE FROM todo");
  await shown.getByRole("button", { name: "Run" }).click();
  await shown.getByRole("alert").getByText("Only SELECT").waitFor();

  await shown.getByRole("button", { name: "Snapshots" }).click();
  await shown.getByRole("button", { name: "Restore", exact: true }).first().press("Enter");
  await shown.getByRole("dialog").getByRole("button", { name: "Restore" }).press("Enter");
  await shown.getByText("Before another snapshot was restored").waitFor();
  await shown.getByRole("button", { name: "Tables" }).click();
  await eventually(() => titles(shown)).toEqual(["Item 1", "Item 2", "Item 3"]);
  // The browser's console logs the refused query.
  expect(
    visit.complaints.filter((one) => !one.includes("422")),
    "what the app's own pages complained of",
  ).toEqual([]);
  await visit.close();
});
