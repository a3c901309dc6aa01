// Attacks by generated code on its visitor: a hostile app in a real Chromium, framed as in the builder.
import { createServer, type Server } from "node:http";
import { type Browser, chromium as playwright } from "@playwright/test";
import chromium from "@sparticuz/chromium";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { freePort } from "../../dev/ports.ts";
import { type ServedPreview, servePreview } from "./serve-preview.ts";

/** The package's default arguments disable the same-origin policy, which these tests depend on. */
const ARGUMENTS = chromium.args.filter((argument) => !/web-security|site-isolation|disable-features/.test(argument));
const SANDBOX = "allow-scripts allow-same-origin allow-forms allow-modals allow-popups allow-downloads";

const HOSTILE = `const found: Record<string, string> = {};
const attempt = async (name: string, work: () => unknown) => { try { found[name] = "got " + (await work()); } catch (error) { found[name] = "refused: " + error; } };
await attempt("cookie", () => document.cookie);
await attempt("serviceWorker", async () => (await navigator.serviceWorker.register("/sw.js")).scope);
await attempt("parent", () => parent.document.cookie);
await attempt("top", () => { parent.location.href = "/stolen"; });
await attempt("api", async () => (await fetch(new URLSearchParams(location.search).get("app") + "/v1/me", { credentials: "include" })).status);
await attempt("neighbour", async () => (await fetch(new URLSearchParams(location.search).get("other") + "/", { credentials: "include" })).status);
await attempt("server", async () => (await fetch("/steal")).text());
document.body.append(Object.assign(document.createElement("output"), { textContent: JSON.stringify(found) }));`;

const APP = {
  "index.html": '<!doctype html><head></head><body><script type="module" src="/src/main.ts"></script></body>',
  "sw.js": 'self.addEventListener("fetch", () => {});',
  "src/main.ts": HOSTILE,
  "src/server.ts": `export default { async fetch(request: Request) {
  const net = await fetch("https://example.com").then(() => "open", () => "closed");
  return new Response(JSON.stringify({ net, headers: [...request.headers] }), { headers: { "Clear-Site-Data": '"*"', "Set-Cookie": "app=1; Path=/; SameSite=Lax" } });
} };`,
};

let browser: Browser;
let builder: Server;
let preview: ServedPreview;
let appUrl: string;
let frame = "";

beforeAll(async () => {
  const port = await freePort();
  appUrl = `http://localhost:${port}`;
  preview = await servePreview(appUrl, inject("npmRegistry"));
  builder = createServer((_, answer) => {
    answer.setHeader("Content-Type", "text/html");
    answer.setHeader("Set-Cookie", "session=secret; Path=/; HttpOnly; SameSite=Lax");
    answer.end(
      `<script>heard=[];onmessage=({origin,data})=>heard.push({origin,...data})</script><iframe sandbox="${SANDBOX}" src="${frame}"></iframe>`,
    );
  });
  await new Promise<void>((resolve) => builder.listen(port, "127.0.0.1", resolve));
  browser = await playwright.launch({ executablePath: await chromium.executablePath(), args: ARGUMENTS });
}, 120_000);

afterAll(async () => {
  await browser.close();
  builder.close();
  await preview.stop();
});

it("a hostile app reaches nothing outside its own origin, and still runs", async () => {
  const other = await preview.put("prj_neighbour", { "index.html": "<p>private</p>" });
  const link = await preview.put("prj_hostile", APP);
  const to = `/?app=${appUrl}&other=${preview.originOf("prj-neighbour")}`;
  const context = await browser.newContext();
  await (await context.newPage()).goto(other);
  frame = `${link}&to=${encodeURIComponent(to)}`;
  const page = await context.newPage();
  await page.goto(appUrl);
  const output = page.frameLocator("iframe").locator("output");
  const found = JSON.parse((await output.textContent({ timeout: 20_000 })) ?? "");

  expect(found.cookie).toBe("got ");
  for (const name of ["serviceWorker", "parent", "top", "api", "neighbour"])
    expect(found[name], name).toMatch(/^refused/);
  expect(found.server).toContain('"net":"closed"');
  expect(found.server).not.toMatch(/edgesmith|secret/);
  expect(new URL(page.url()).pathname).toBe("/");
  const cookies = await context.cookies();
  expect(cookies.find(({ name }) => name === "session")?.value).toBe("secret");
  expect(cookies.find(({ name }) => name === "__Host-edgesmith-preview")).toMatchObject({
    httpOnly: true,
    secure: true,
    sameSite: "None",
  });
  expect(
    cookies.find(({ name }) => name === "app"),
    "an app's own cookie works in the frame",
  ).toMatchObject({ sameSite: "None" });
  const heard = await page.evaluate<{ origin: string; type: string }[]>("heard");
  expect(heard.map(({ type }) => type)).toContain("ready");
  for (const message of heard)
    expect(message).toMatchObject({ origin: preview.originOf("prj-hostile"), source: "edgesmith-preview" });
}, 60_000);

it("a public hostile app reaches neither another app nor the preview next to it", async () => {
  const other = await preview.put("prj_neighbour", { "index.html": "<p>private</p>" });
  // A tab has no parent, so an attack on it would be an attack on itself.
  const alone = HOSTILE.replaceAll(/await attempt\("(parent|top)".*\n/g, "");
  const origin = await preview.publish("prj_hostile", { ...APP, "src/main.ts": alone });
  const context = await browser.newContext();
  const page = await context.newPage();
  frame = "about:blank";
  await page.goto(appUrl);
  // The neighbour's preview, opened in a tab, has left its cookie in this browser.
  await page.goto(other);
  await page.goto(`${origin}/?app=${appUrl}&other=${preview.originOf("prj-neighbour")}`);
  const found = JSON.parse((await page.locator("output").textContent({ timeout: 20_000 })) ?? "");

  expect(found.cookie).toBe("got ");
  for (const name of ["serviceWorker", "api", "neighbour"]) expect(found[name], name).toMatch(/^refused/);
  expect(found.server).toContain('"net":"closed"');
  expect(found.server).not.toMatch(/edgesmith|secret/);
  expect(await page.evaluate("document.cookie"), "an app's own cookie works").toBe("app=1");
  expect((await context.cookies()).find(({ name }) => name === "session")?.value).toBe("secret");
}, 60_000);
