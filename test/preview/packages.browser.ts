// Apps in a real Chromium whose packages select their bundled files by manifests, styles or compiler options.
import { type Browser, type Page, chromium as playwright, type Request } from "@playwright/test";
import chromium from "@sparticuz/chromium";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { type ServedPreview, servePreview } from "./serve-preview.ts";

const PAGE =
  '<!doctype html><head></head><body><div id="root"></div><script type="module" src="/src/main.tsx"></script></body>';

let browser: Browser;
let preview: ServedPreview;
/**
 * Shared by all tests: this Chromium is one process, which ends when a page closes and blocks pages that wait for each
 * other.
 */
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
});

afterAll(async () => {
  await browser.close();
  await preview.stop();
});

/** Opens an app and returns the value of an expression in its page once it has one. */
async function shown(name: string, files: Record<string, string>, expression: string): Promise<unknown> {
  const link = await preview.put(name, { "index.html": PAGE, ...files });
  faults.length = 0;
  try {
    await page.goto(link, { timeout: 100_000 });
    return await (await page.waitForFunction(expression, undefined, { timeout: 30_000 })).jsonValue();
  } catch (failure) {
    throw new Error(`${name} shows nothing; the page says ${JSON.stringify(faults)}`, { cause: failure });
  }
}

const packageJson = (dependencies: Record<string, string>) => JSON.stringify({ dependencies });

describe("in a browser, an app", () => {
  it("an app in a browser runs packages that replace Node's modules", async () => {
    const files = {
      "package.json": packageJson({ axios: "1.7.9" }),
      "src/main.tsx": 'import axios from "axios"; document.body.dataset.seen = typeof axios.get;',
    };
    expect(await shown("prj-axios", files, "document.body.dataset.seen")).toBe("function");
  });

  it("an app in a browser renders Lit's decorated elements with the options of tsconfig.json", async () => {
    const options = { target: "ES2021", experimentalDecorators: true, useDefineForClassFields: false };
    const files = {
      "package.json": packageJson({ lit: "3.3.1" }),
      "tsconfig.json": `{ /* as Lit's guide has it */ "compilerOptions": ${JSON.stringify(options)}, }`,
      "src/main.tsx": `import { LitElement, html } from "lit"; import { customElement, property } from "lit/decorators.js";
@customElement("x-a") class XA extends LitElement { @property() name = "lit"; render() { return html\`<p>hi \${this.name}</p>\`; } }
document.getElementById("root")!.innerHTML = "<x-a></x-a>"; console.log(XA);`,
    };
    const text = 'document.querySelector("x-a")?.shadowRoot?.textContent.trim()';
    expect(await shown("prj-lit", files, text)).toContain("hi lit");
  });

  it("an app in a browser shows the styles of a package that its own style sheet imports", async () => {
    const files = {
      "package.json": packageJson({ leaflet: "1.9.4" }),
      "src/main.tsx":
        'import "./a.css"; document.getElementById("root")!.innerHTML = "<div class=leaflet-pane>x</div>";',
      "src/a.css": '@import "leaflet/dist/leaflet.css";',
    };
    const position =
      'document.querySelector(".leaflet-pane") && getComputedStyle(document.querySelector(".leaflet-pane")).position';
    expect(await shown("prj-leaflet", files, position)).toBe("absolute");
  });

  it("an app in a browser logs console warnings as formatted text", async () => {
    const files = {
      "src/main.tsx": 'console.error("No `%s` on %d %%: %c%s", "InputProps", 2, "color: red", "x", "more");',
    };
    const link = await preview.put("prj-console", { "index.html": PAGE, ...files });
    const reported = page.waitForRequest((request) => request.url().endsWith("/__edgesmith/logs"), { timeout: 60_000 });
    await page.goto(link, { timeout: 100_000 });
    expect((await reported).postDataJSON()).toMatchObject({
      level: "error",
      message: "No `InputProps` on 2 %: x more",
    });
  });

  it("an app in a browser logs what its first script writes, in all levels, also where its page has no head", async () => {
    const writes = 'console.log("one", { a: 1 }); console.info("two"); console.debug("three"); console.warn("four");';
    const link = await preview.put("prj-headless", {
      "index.html": `<!doctype html><title>A</title><script>${writes}</script><p>A</p>`,
    });
    const reported: unknown[] = [];
    const onRequest = (request: Request) => {
      if (request.url().endsWith("/__edgesmith/logs")) reported.push(request.postDataJSON());
    };
    page.on("request", onRequest);
    try {
      await page.goto(link, { timeout: 100_000 });
      await expect.poll(() => reported.length, { timeout: 30_000 }).toBe(4);
    } finally {
      page.off("request", onRequest);
    }
    expect(reported).toEqual([
      { level: "info", message: 'one {"a":1}' },
      { level: "info", message: "two" },
      { level: "debug", message: "three" },
      { level: "warn", message: "four" },
    ]);
  });

  it("an app in a browser runs packages that require packages which are not installed", async () => {
    const files = {
      "package.json": packageJson({ "framer-motion": "11.0.3", react: "18.3.1", "react-dom": "18.3.1" }),
      "src/main.tsx": `import { createRoot } from "react-dom/client"; import { motion } from "framer-motion";
createRoot(document.getElementById("root")!).render(<motion.h1>opt</motion.h1>);`,
    };
    expect(await shown("prj-motion", files, 'document.querySelector("h1")?.textContent')).toBe("opt");
  });
});
