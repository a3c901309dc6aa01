// An agent finds and repairs what only a look at the page reveals: an overlay over a button, white text on white, a
// script error on a click.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "@playwright/test";
import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { ROOT } from "../../dev/supervisor/content-hash.ts";
import { batchResult, preview, run } from "../../worker/contract/index.ts";
import { newCaller, newProject } from "../stage/caller.ts";
import { openTestStack, type TestStack } from "../stage/stack.ts";
import { launchBrowser } from "./browser.ts";

const files = {
  "index.html": `<!doctype html><html lang="en"><head><title>List</title><link rel="stylesheet" href="/src/style.css"></head>
<body><h1>List</h1><p class="hint">Press Add for an item.</p><button id="add">Add</button><ul id="list"></ul><div class="veil"></div>
<script type="module" src="/src/main.js"></script></body></html>`,
  "src/style.css": ".hint {\n  color: #ffffff;\n}\n\n.veil {\n  position: fixed;\n  inset: 0;\n}\n",
  "src/main.js": `document.querySelector("#add").addEventListener("click", () => {
  const item = docment.createElement("li");
  item.textContent = "Item";
  document.querySelector("#list").append(item);
});
`,
};

let testStack: TestStack;
let browser: Browser;

beforeAll(async () => {
  [testStack, browser] = await Promise.all([openTestStack(), launchBrowser()]);
});

afterAll(async () => {
  await browser.close();
  await testStack.close();
});

/** Returns the pictures that the model was sent last, oldest first. */
function picturesSent(): string[] {
  const picture = z.object({ type: z.literal("image"), source: z.object({ data: z.string() }) });
  const found: string[] = [];
  JSON.stringify(testStack.stack.model?.requests.at(-1)?.body, (_key, value: unknown) => {
    const parsed = picture.safeParse(value);
    if (parsed.success) found.push(parsed.data.source.data);
    return value;
  });
  return found;
}

it("An agent sees a covered button, invisible text and an error on a click, repairs them and looks again", async () => {
  const caller = await newCaller(testStack.stack);
  const projectId = await newProject(caller, "List");
  const operations = Object.entries(files).map(([path, content]) => ({ op: "write", path, content }));
  await caller.expect(batchResult, 201, `/v1/projects/${projectId}/batches`, { body: { operations } });
  const started = await caller.expect(run, 202, `/v1/projects/${projectId}/runs?wait=60`, {
    body: { prompt: "Look at the page: “Add” does nothing", agent: "debugger" },
  });
  expect(started).toMatchObject({ status: "completed", paths: ["src/main.js", "src/style.css"] });
  expect(started.text).toContain("repaired it, and looked again: it is as it should be.");

  const pictures = picturesSent();
  expect(pictures.length).toBeGreaterThanOrEqual(3);
  expect(new Set(pictures).size).toBeGreaterThanOrEqual(3);
  mkdirSync(join(ROOT, "test-results"), { recursive: true });
  for (const [place, data] of pictures.entries()) {
    writeFileSync(join(ROOT, "test-results", `40-agent-saw-${place + 1}.webp`), Buffer.from(data, "base64"));
  }

  const { url } = await caller.expect(preview, 201, `/v1/projects/${projectId}/preview`, { body: {} });
  const page = await browser.newPage();
  await page.goto(url);
  await page.getByRole("button", { name: "Add" }).click();
  await page.getByRole("listitem").getByText("Item").waitFor();
});
