// Six apps that use the platform's services: imported, built and run like any project, and used in a browser, with
// stand-ins for the external services that they call. The scripted model writes the same apps (dev/model/apps).
import { dirname, join } from "node:path";
import type { Browser, BrowserContext, Page } from "@playwright/test";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { appFiles } from "../../dev/model/apps.ts";
import {
  batchResult,
  buildSummary,
  pageOf,
  preview,
  previewLog,
  project,
  published,
} from "../../worker/contract/index.ts";
import { makeZip } from "../properties/zip-maker.ts";
import { type Caller, logOf, newCaller, newProject, startRun } from "../stage/caller.ts";
import type { LoopbackServer } from "../stage/loopback-server.ts";
import { openTestStack, type TestStack } from "../stage/stack.ts";
import { watch } from "../stage/stream-reader.ts";
import { until } from "../stage/until.ts";
import { launchBrowser } from "./browser.ts";
import { makeCronDue } from "./make-cron-due.ts";
import { linkIn, type MailService, startMailService } from "./stand-ins/mail.ts";
import { type StripeStandIn, startStripe } from "./stand-ins/stripe.ts";
import { startWeather } from "./stand-ins/weather.ts";

const canary = "sk_live_canary_value_4242";

let stripe: StripeStandIn;
let weather: LoopbackServer;
let mail: MailService;
let testStack: TestStack;
let browser: Browser;
let caller: Caller;
let contexts: BrowserContext[];

beforeAll(async () => {
  const mailKey = "re_key";
  [stripe, weather, mail] = await Promise.all([startStripe(canary), startWeather(), startMailService(mailKey)]);
  const variables = {
    ALLOW_LOOPBACK_EGRESS: "true",
    MAIL_API_KEY: mailKey,
    MAIL_API_URL: `http://${mail.host}/emails`,
    MAIL_FROM: "Edgesmith <mail@edgesmith.example>",
  };
  [testStack, browser] = await Promise.all([openTestStack({ variables }), launchBrowser()]);
  caller = await newCaller(testStack.stack, async (email) => {
    const link = new URL(linkIn(await mail.mailTo(email, /^Verify/)));
    await fetch(`http://127.0.0.1:${testStack.stack.port}${link.pathname}${link.search}`, { redirect: "manual" });
  });
});

beforeEach(() => {
  contexts = [];
});

afterEach(async () => {
  for (const context of contexts) await context.close();
});

afterAll(async () => {
  await browser.close();
  await testStack.close();
  await Promise.all([stripe, weather, mail].map((server) => server.close()));
});

type Files = Record<string, string>;

/** Imports an app as an archive. @returns the id of its project */
async function imported(name: string, changes: Files = {}): Promise<string> {
  const files = appFiles(name).map(({ path, content }) => ({ name: path, content: changes[path] ?? content }));
  const response = await fetch(`http://127.0.0.1:${testStack.stack.port}/v1/projects/import?name=${name}`, {
    method: "POST",
    headers: { ...caller.credentials, "Content-Type": "application/zip" },
    body: Buffer.from(makeZip(files)),
  });
  expect(response.status).toBe(201);
  return project.loose().parse(await response.json()).id;
}

/** Builds a project's preview. @returns the link to the preview */
async function built(projectId: string): Promise<string> {
  // The first build of the shop fetches Stripe's library from the registry.
  const init = { body: {}, signal: AbortSignal.timeout(110_000) };
  const { url, build } = await caller.expect(preview, 201, `/v1/projects/${projectId}/preview`, init);
  expect(build).toEqual({ ok: true, diagnostics: [] });
  return url;
}

/** Returns the type errors of a revision, as its owner sees them. */
async function typeErrors(projectId: string, revision: number): Promise<string[]> {
  const { diagnostics } = await until("the types are checked", 120_000, async () => {
    const summary = await caller.expect(buildSummary, 200, `/v1/projects/${projectId}/builds/${revision}`);
    return summary.types.status === "checked" ? summary.types : null;
  });
  return diagnostics.filter(({ severity }) => severity === "error").map(({ path, line }) => `${path}:${line}`);
}

/** Opens a page in a new browser context. */
async function visit(url: string): Promise<Page> {
  const context = await browser.newContext();
  context.setDefaultTimeout(60_000);
  contexts.push(context);
  const page = await context.newPage();
  await page.goto(url);
  return page;
}

/** Imports, builds and opens an app, and expects it to have no type errors. */
async function opened(name: string) {
  const projectId = await imported(name);
  const page = await visit(await built(projectId));
  expect(await typeErrors(projectId, 1)).toEqual([]);
  return { projectId, page };
}

const put = (projectId: string, path: string, body: object) =>
  caller.request(`/v1/projects/${projectId}/${path}`, { method: "PUT", body });

async function grant(projectId: string, body: object): Promise<void> {
  expect((await caller.request(`/v1/projects/${projectId}/grants`, { body })).status).toBe(201);
}

const logsOf = async (projectId: string) =>
  (await caller.expect(pageOf(previewLog), 200, `/v1/projects/${projectId}/preview/logs`)).data;

it("The shop is paid at Stripe's checkout by their own library, whose requests carry a key that the app never has", async () => {
  const { projectId, page } = await opened("shop");
  await put(projectId, "variables/STRIPE_API", { value: `http://${stripe.host}` });
  await put(projectId, "secrets/STRIPE_KEY", { value: canary });
  const header = { name: "Authorization", template: "Bearer {{STRIPE_KEY}}" };
  await grant(projectId, { host: stripe.host, pathPrefix: "/v1", header });
  await page.getByRole("button", { name: "Buy for €8.90" }).click();
  await page.getByRole("button", { name: "Pay 890 cents" }).click();
  await page.getByText("Thank you! Assam, malty is on its way.").waitFor();
  expect(stripe.authorizations.length).toBeGreaterThanOrEqual(2);
  expect(new Set(stripe.authorizations)).toEqual(new Set([`Bearer ${canary}`]));
  const lines = await until("the log has both calls", 30_000, async () => {
    const egress = (await logsOf(projectId)).filter(({ source }) => source === "egress");
    return egress.length >= 2 ? egress : null;
  });
  expect(lines.map(({ message }) => message.replace(/\d+ ms$/, "… ms")).sort()).toEqual([
    `GET ${stripe.host} 200 … ms`,
    `POST ${stripe.host} 200 … ms`,
  ]);
  expect(JSON.stringify(await logsOf(projectId))).not.toContain("canary");
});

it("The weather page says that its host is not granted, and shows the weather as soon as it is", async () => {
  const { projectId, page } = await opened("weather");
  await put(projectId, "variables/WEATHER_API", { value: `http://${weather.host}` });
  await page.getByRole("button", { name: "Look again" }).click();
  await page.getByRole("alert").getByText(`the host ${weather.host} is not granted`).waitFor();
  await grant(projectId, { host: weather.host, methods: ["GET"] });
  await page.getByRole("button", { name: "Look again" }).click();
  await page.getByText("39 °C").waitFor();
  await page.getByLabel("Place").selectOption("Oslo");
  await page.getByText("Oslo, wind 12 km/h").waitFor();
});

/** Returns an email address of this run: a retried test must not read the mails of its first attempt. */
const addressOf = (name: string): string => `${name}-${crypto.randomUUID().slice(0, 8)}@example.com`;

/** Signs a visitor in with the link in the mail that the platform's sign-in page sends. */
async function signInByMail(page: Page, email: string): Promise<void> {
  await page.getByRole("link", { name: "Sign in to join" }).click();
  await page.getByLabel("Email").fill(email);
  await page.getByRole("button", { name: "Email me a link" }).click();
  await page.getByText("Check your email").waitFor();
  await page.goto(linkIn(await mail.mailTo(email, /sign in/i)));
  await page.getByRole("button", { name: `Sign in as ${email}` }).click();
}

it("The chat carries messages between two browsers of people who are signed in, and keeps them for the next visit", async () => {
  const projectId = await imported("chat");
  expect(await typeErrors(projectId, 1)).toEqual([]);
  const { url } = await caller.expect(published, 200, `/v1/projects/${projectId}/publish`, { body: {} });
  const [ada, bo] = [await visit(url), await visit(url)];
  await signInByMail(ada, addressOf("ada"));
  await ada.getByText("You are alone here").waitFor();
  await signInByMail(bo, addressOf("bo"));
  await ada.getByText("2 people are here").waitFor();
  await ada.getByLabel("Your message").fill("Good morning <b>Bo</b>");
  await ada.getByRole("button", { name: "Send" }).click();
  await bo.getByText(/^ada-\w+: Good morning <b>Bo<\/b>$/).waitFor();
  await bo.getByLabel("Your message").fill("And to you");
  await bo.getByRole("button", { name: "Send" }).click();
  await ada.getByText(/^bo-\w+: And to you$/).waitFor();
  await bo.reload();
  await bo.getByText(/^ada-\w+: Good morning/).waitFor();
  expect(await bo.locator("#messages li").allTextContents()).toHaveLength(2);
});

const png = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

it("The photo wall takes a picture directly into the app's files, and shows it with its type and a cache time", async () => {
  const { page } = await opened("photo-wall");
  await page.getByText("0 pictures").waitFor();
  const input = page.getByLabel("A picture of at most 5 MB");
  await input.setInputFiles({ name: "note.txt", mimeType: "text/plain", buffer: Buffer.from("no picture") });
  await page.getByRole("button", { name: "Hang it up" }).click();
  await page.getByText("A picture is PNG, JPEG, GIF or WebP.").waitFor();
  await input.setInputFiles({ name: "dot.png", mimeType: "image/png", buffer: png });
  const shown = page.waitForResponse((response) => response.request().resourceType() === "image");
  await page.getByRole("button", { name: "Hang it up" }).click();
  const headers = await (await shown).allHeaders();
  expect(headers).toMatchObject({ "content-type": "image/png", etag: expect.any(String) });
  expect(headers["cache-control"]).toMatch(/max-age=\d+/);
  await page.getByText("One picture").waitFor();
  const width = () => page.locator("#photos img").evaluate((image) => Reflect.get(image, "naturalWidth"));
  await expect.poll(width, { timeout: 30_000 }).toBe(1);
});

it("The newsletter writes to who has agreed, when its daily schedule is due, and once for each day", async () => {
  const { projectId, page } = await opened("newsletter");
  const [address, silent] = [addressOf("cleo"), addressOf("dee")];
  for (const subscriber of [address, silent]) {
    await page.getByLabel("Your email").fill(subscriber);
    await page.getByRole("button", { name: "Subscribe" }).click();
    await page.getByText(`A mail is on its way to ${subscriber}`).waitFor();
  }
  const agreeing = await page.context().newPage();
  await agreeing.goto(linkIn(await mail.mailTo(address, /^May "newsletter" send you email\?$/)));
  await agreeing.getByRole("button", { name: "Yes, it may" }).click();
  await agreeing.getByText(`This app may now send email to ${address}.`).waitFor();
  const folder = join(dirname(testStack.stack.logFolder), "workers/previews/do");
  for (const revision of [2, 3]) {
    await makeCronDue(folder, "0 7 * * *");
    // New code makes the app's object check its due times.
    const operations = [{ op: "write", path: "notes.md", content: `Sent ${revision - 1} times` }];
    await caller.expect(batchResult, 201, `/v1/projects/${projectId}/batches`, { body: { operations } });
    await page.goto(await built(projectId));
    await until("the schedule has run", 60_000, async () => {
      const ran = (await logsOf(projectId)).filter(({ message }) => /The cron "0 7 \* \* \*" ran/.test(message));
      return ran.length >= revision - 1;
    });
  }
  const sent = mail.mailsTo(address).filter(({ subject }) => subject === "One line for today");
  expect(sent).toHaveLength(1);
  expect(sent[0]?.text).toContain('Sent by the app "newsletter".');
  expect(mail.mailsTo(silent).filter(({ subject }) => subject === "One line for today")).toEqual([]);
});

/** Records the length of each answer that the page showed. */
const recorder = `globalThis.shownLengths = new Set();
new MutationObserver(() => {
  const answer = document.querySelector("#messages li:not(.mine)");
  if (answer) shownLengths.add(answer.textContent.length);
}).observe(document, { subtree: true, childList: true, characterData: true });`;

it("The assistant shows a model's answer as it arrives, and the whole of it at the end", async () => {
  const { page } = await opened("assistant");
  await page.evaluate(recorder);
  await page.getByLabel("Your question").fill("[[stream 60 deltas at 20 per second]]");
  await page.getByRole("button", { name: "Ask" }).click();
  const answer = page.locator('#messages li[aria-busy="false"]');
  await answer.waitFor();
  const whole = Array.from({ length: 60 }, (_, place) => `w${place + 1}`).join(" ");
  expect(await answer.textContent()).toBe(whole);
  const lengths = await page.evaluate<number[]>("[...shownLengths]");
  expect(lengths.filter((length) => length > 0 && length < whole.length).length).toBeGreaterThan(1);
});

it("The scripted model writes the shop at a prompt, checks it, and asks its owner for Stripe's host before it ends", async () => {
  const projectId = await newProject(caller, "Tea");
  const { id } = await startRun(caller, projectId, "Build a tea shop that takes payments with Stripe");
  const asked = await until("the owner is asked", 120_000, async () =>
    (await logOf(caller, id)).find((event) => event.type === "input.requested"),
  );
  expect(asked).toMatchObject({ access: { host: "api.stripe.com", secret: "STRIPE_KEY" } });
  const answer = await caller.request(`/v1/runs/${id}/input`, { body: { text: "Not now." } });
  expect(answer.status).toBe(202);
  const { events } = await watch(caller, id);
  const errors = events.flatMap((event) => (event.type === "check.done" ? event.diagnostics : []));
  expect(errors.filter(({ severity }) => severity === "error")).toEqual([]);
  expect(events.at(-1)).toMatchObject({ type: "run.completed", text: expect.stringContaining("is not granted") });
});

const wrong: Files = {
  "src/server.ts": `import { user } from "edgesmith:auth";
export default {
  async fetch(request, env): Promise<Response> {
    const visitor = await user(request);
    const name: string = visitor.name;
    await env.FILES.put(5, "bytes");
    const { text } = await env.AI.messages({ messages: [{ role: "user", content: "Hi" }] });
    await env.MAIL.send({ to: "ada@example.com", title: "Hello", text: "Hello" });
    return Response.json([name, text]);
  },
} satisfies ExportedHandler;
`,
};

const wrongLines = [5, 6, 7, 8].map((line) => `src/server.ts:${line}`);

it("A wrong use of the platform's parts is a type error at its line, in an agent's check and in the owner's build", async () => {
  const projectId = await imported("photo-wall", wrong);
  const turns = [{ tools: [{ name: "check", input: {} }] }, { text: "I see." }];
  const revision = await until("a check that was not stopped", 120_000, async () => {
    const operations = [{ op: "write", path: "notes.md", content: crypto.randomUUID() }];
    const batch = { body: { operations } };
    const made = await caller.expect(batchResult, 201, `/v1/projects/${projectId}/batches`, batch);
    const run = await startRun(caller, projectId, `\`\`\`script\n${JSON.stringify(turns)}\n\`\`\``);
    const { events } = await watch(caller, run.id);
    const [done] = events.flatMap((event) => (event.type === "check.done" ? [event] : []));
    if (done === undefined || done.diagnostics.some(({ message }) => message.includes("stopped after"))) return null;
    expect(done.diagnostics.map(({ path, line }) => `${path}:${line}`)).toEqual(wrongLines);
    return made.revision;
  });
  expect(await typeErrors(projectId, revision)).toEqual(wrongLines);
});
