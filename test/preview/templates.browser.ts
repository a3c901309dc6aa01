// Each project template in a real Chromium.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Browser, type Page, chromium as playwright } from "@playwright/test";
import chromium from "@sparticuz/chromium";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { readLayered, readTemplate } from "../../worker/projects/read-template.ts";
import { type ServedPreview, servePreview } from "./serve-preview.ts";

const names = ["react-shadcn", "vue", "svelte", "hono-react"];
/** Apps on the files of react-shadcn, with their headings. */
const apps: [name: string, heading: string][] = [
  ["dashboard", "Dashboard"],
  ["landing", "Plan the day before it plans you"],
  ["booking", "Book an hour"],
  ["kanban", "Board"],
  ["quiz", "Quick quiz"],
  ["recipes", "Our recipes"],
  ["blog", "Notes from the workshop"],
  ["chat", "Chat"],
  ["photo-wall", "Photo wall"],
  ["newsletter", "One line a day"],
];

const folder = join(import.meta.dirname, "../../worker/projects/templates");

const textOf = (name: string): string => readFileSync(join(folder, `${name}.md`), "utf8");

function filesOf(name: string): Record<string, string> {
  const isApp = apps.some(([app]) => app === name);
  const operations = isApp
    ? readLayered(textOf("react-shadcn"), { title: name, text: textOf(name) })
    : readTemplate(textOf(name));
  return Object.fromEntries(
    operations.flatMap((operation) => ("content" in operation ? [[operation.path, operation.content]] : [])),
  );
}

let browser: Browser;
let preview: ServedPreview;
let page: Page;
const faults: string[] = [];

beforeAll(async () => {
  preview = await servePreview("http://localhost:8787", inject("npmRegistry"));
  browser = await playwright.launch({
    args: chromium.args,
    executablePath: await chromium.executablePath(),
    headless: true,
  });
  page = await browser.newPage();
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") faults.push(message.text());
  });
});

afterAll(async () => {
  await browser.close();
  await preview.stop();
});

describe("a project that begins with a template", () => {
  it.each([...names, ...apps.map(([name]) => name)])(
    "a project from the template %s has the files that Vite needs, and no placeholder",
    (name) => {
      const files = filesOf(name);
      const manifest: { dependencies?: object; devDependencies: object } = JSON.parse(files["package.json"] ?? "");
      for (const path of ["index.html", "vite.config.ts", "tsconfig.json", "src/index.css", "public/icon.svg"]) {
        expect(files[path], path).toBeTruthy();
      }
      // package.json has exact versions, so that a template gives the same app tomorrow.
      const ranges: unknown[] = Object.values({ ...manifest.dependencies, ...manifest.devDependencies });
      expect(ranges.filter((range) => !/^\d+\.\d+\.\d+$/.test(String(range)))).toEqual([]);
      expect(Object.values(files).join("\n")).not.toMatch(
        /TODO|lorem ipsum|https?:\/\/(?!ui\.shadcn\.com|www\.w3\.org)/i,
      );
    },
  );

  for (const name of names) {
    it(`a project from ${name} builds, shows its heading in its style, and logs no error`, async () => {
      const link = await preview.put(`prj-template-${name}`, filesOf(name));
      faults.length = 0;
      await page.goto(link, { timeout: 100_000 });
      const heading = page.locator("h1");
      await heading.waitFor({ timeout: 60_000 });
      expect(await heading.textContent()).toBe("New app");
      expect(await page.evaluate('getComputedStyle(document.querySelector("h1")).fontWeight')).toBe("600");
      await page.locator("button").last().click();
      expect(faults).toEqual([]);
    });
  }

  it.each(apps)("a project from %s builds, shows its heading, and logs no error", async (name, heading) => {
    const link = await preview.put(`prj-template-${name}`, filesOf(name));
    faults.length = 0;
    await page.goto(link, { timeout: 100_000 });
    await page.getByRole("heading", { level: 1, name: heading }).waitFor({ timeout: 60_000 });
    expect(await page.title()).toBe(name);
    const control = page.locator("button, input, main a").first();
    await control.focus();
    expect(faults).toEqual([]);
  });
});
