import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readCases, readPackageUses } from "../apps/app-case.ts";
import { differencesOf } from "../apps/compare-renderings.ts";
import { imported } from "../apps/imported.ts";
import { type Rendering, render } from "../apps/rendering.ts";
import { complaintOf } from "../apps/run-case.ts";
import { launchBrowser } from "../journeys/browser.ts";

const corpus = join(import.meta.dirname, "../apps");

const rendering = (changes: Partial<Rendering> = {}): Rendering => ({
  holds: true,
  isEmpty: false,
  text: "one",
  elements: [{ element: '<h1> "one"', width: 100, styles: { color: "rgb(0, 0, 0)" } }],
  errors: [],
  requests: 2,
  ...changes,
});

describe("the corpus of apps", () => {
  it("The apps corpus states each project's expected page, or the reason why it cannot run", () => {
    const cases = readCases(join(corpus, "projects"));
    const silent = cases.filter(({ check, says }) => check === undefined && says === undefined);
    expect(silent.map(({ name }) => name)).toEqual([]);
  });

  it("The apps corpus lists each package once", () => {
    const names = readPackageUses(join(corpus, "packages.json")).map(({ name }) => name);
    expect(names.length).toBe(new Set(names).size);
  });

  it("The apps corpus imports a project under the paths of a real import", async () => {
    const { files } = await imported({
      "app-main/index.html": "<p>page</p>",
      "app-main/a.png": new Uint8Array([137, 0, 255]),
    });
    expect(files).toEqual({ "index.html": "<p>page</p>", "a.png": Buffer.from([137, 0, 255]) });
  });
});

describe("differencesOf", () => {
  it("differencesOf ignores widths that differ by less than a pixel", () => {
    const elements = [{ element: '<h1> "one"', width: 100.6, styles: { color: "rgb(0, 0, 0)" } }];
    expect(differencesOf(rendering({ elements }), rendering())).toEqual([]);
  });

  it("differencesOf names the text, the style, the width and the error that only one rendering has", () => {
    const elements = [{ element: '<h1> "one"', width: 120, styles: { color: "rgb(1, 0, 0)" } }];
    const ours = rendering({ text: "two", elements, errors: ["404 /a.js", "known"] });
    expect(differencesOf(ours, rendering({ errors: ["known"] }))).toEqual([
      'the text is "two", with Vite "one"',
      '<h1> "one" has color rgb(1, 0, 0), with Vite rgb(0, 0, 0)',
      '<h1> "one" is 120 px wide, with Vite 100',
      "console: 404 /a.js",
    ]);
  });
});

describe("a page that shows nothing", () => {
  let browser: Awaited<ReturnType<typeof launchBrowser>>;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(async () => browser.close());
  const complaint = async (page: string) => {
    const seen = await render(browser, `data:text/html,${encodeURIComponent(page)}`, { waitMs: 1_000 });
    return complaintOf(seen, undefined, undefined);
  };

  it("A page that an error leaves empty is reported, however late the error occurs", async () => {
    const page = '<div id="root"></div><script>setTimeout(() => { throw new Error("no key"); }, 1500)</script>';
    expect(await complaint(page)).toBe("the page is empty; console: Error: no key");
  });

  it("A page that stays empty without an error is reported", async () => {
    expect(await complaint('<body style="background: #eee"><main></main>')).toBe(
      "the page is empty, and no error says why",
    );
  });

  it.each(["late", "<canvas></canvas>", "a box"])(
    "A page that shows something is as it should be: %s",
    async (what) => {
      const pages: Record<string, string> = {
        late: '<p></p><script>setTimeout(() => { document.querySelector("p").textContent = "here"; }, 1500)</script>',
        "a box": '<div style="width: 50px; height: 50px; background: red"></div>',
      };
      expect(await complaint(pages[what] ?? what)).toBe("");
    },
  );
});
