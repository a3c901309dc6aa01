// Completion and types in the editor, by keyboard alone, and while offline.
import type { Browser } from "@playwright/test";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { batchResult } from "../../worker/contract/index.ts";
import { newCaller, newProject } from "../stage/caller.ts";
import { openTestStack, type TestStack } from "../stage/stack.ts";
import { until } from "../stage/until.ts";
import { launchBrowser, newVisit, picture, signIn, type Visit } from "./browser.ts";
import { workspaceOf } from "./workspace.ts";

let testStack: TestStack;
let browser: Browser;
let visit: Visit;

beforeAll(async () => {
  [testStack, browser] = await Promise.all([openTestStack(), launchBrowser()]);
});

afterEach(async () => {
  await visit.close();
  const complaints = visit.complaints.filter((one) => !one.includes("ERR_INTERNET_DISCONNECTED"));
  expect(complaints, "what the app's own pages complained of").toEqual([]);
});

afterAll(async () => {
  await browser.close();
  await testStack.close();
});

const path = "src/app.tsx";
const files = {
  "package.json": JSON.stringify({ dependencies: { react: "19.2.0" } }),
  "index.html": '<script type="module" src="/src/app.tsx"></script>',
  "src/card.tsx":
    'import { useState } from "react";\nexport type CardProps = { heading: string };\nexport const Card = ({ heading }: CardProps) => <b>{useState(heading)[0]}</b>;\n',
  "src/format-price.ts":
    "/** In euros. */\nexport const formatPrice = (cents: number): string => String(cents / 100);\n",
  [path]: "const items: string[] = [];\n",
};

async function openFile() {
  const caller = await newCaller(testStack.stack);
  const id = await newProject(caller, "Completion");
  const operations = Object.entries(files).map(([name, content]) => ({ op: "write", path: name, content }));
  await caller.expect(batchResult, 201, `/v1/projects/${id}/batches`, { body: { operations } });
  visit = await newVisit(browser, testStack.stack.appUrl);
  await signIn(visit, caller);
  const { page } = visit;
  await page.goto(`/projects/${id}?view=code&file=${path}`);
  const editor = workspaceOf(page).editor(path);
  await editor.waitFor();
  const text = () => editor.locator(".cm-line").allInnerTexts();
  const option = (name: string) => page.getByRole("option", { name, exact: false }).first();
  /** Types at the end of the file and selects the entry by keyboard. */
  const complete = async (typed: string, entry: string) => {
    await page.keyboard.press("ControlOrMeta+End");
    await page.keyboard.type(typed);
    await page.keyboard.press("Control+Space");
    await page.locator(".cm-tooltip-autocomplete li[aria-selected]", { hasText: entry }).waitFor();
    // The list ignores keys in its first 75 ms, so that no key selects an entry by mistake.
    const seen = performance.now();
    await until("the list takes keys", 5_000, async () => performance.now() - seen > 100);
    await page.keyboard.press("Enter");
  };
  return { page, editor, text, option, complete };
}

it("the editor completes by names without a connection, and by the project's types once it is back", async () => {
  const { page, editor, text, option, complete } = await openFile();
  await visit.context.setOffline(true);
  await editor.focus();
  await page.getByText("No types while offline").waitFor();
  await complete("ite", "items");
  await until("the name is inserted", 30_000, async () => (await text()).at(-1) === "items");
  await page.keyboard.type(";\n");
  await visit.context.setOffline(false);
  await page.locator('[data-types="ready"]').waitFor({ state: "attached", timeout: 90_000 });
  await page.getByText("No types while offline").waitFor({ state: "detached" });

  // Completes a member by its type.
  await page.keyboard.type("items.pus");
  await page.keyboard.press("Control+Space");
  await option("push").waitFor();
  await page.locator(".cm-type-signature", { hasText: "Array<string>.push" }).waitFor();
  await picture(page, "46-completion");
  await page.keyboard.press("Escape");
  await option("push").waitFor({ state: "detached" });
  await page.keyboard.type("h('a');\n");

  // Completes an export of another file, adds its import, and shows its documentation.
  await complete("export const price = formatPri", "formatPrice");
  const imported = 'import { formatPrice } from "./format-price";';
  await until("the import is written", 30_000, async () => (await text())[0] === imported);
  await page.keyboard.press("Shift+Alt+KeyI");
  await page.getByRole("status").filter({ hasText: "In euros." }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("status").filter({ hasText: "In euros." }).waitFor({ state: "detached" });

  // Completes the props of a component.
  await page.keyboard.press("ControlOrMeta+End");
  await page.keyboard.insertText(';\nimport { Card } from "./card";\nexport const card = <Card hea');
  await complete("", "heading");
  expect((await text()).at(-1)).toBe("export const card = <Card heading");
});
