// The browser storage of a generated app in the builder's frame, in its own tab and published. Verifies the table in
// docs/apps.md.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestStack, type TestStack } from "../stage/stack.ts";
import { startFirefox } from "./firefox.ts";
import type { Engine } from "./page.ts";
import { type Person, personIn } from "./person.ts";
import { startDisplay } from "./processes.ts";
import { startWebKit } from "./webkit.ts";

const files = {
  "index.html":
    '<!doctype html><head></head><body><output></output><script type="module" src="/src/main.ts"></script></body>',
  "src/main.ts": `await fetch("/set", { method: "POST" });
document.cookie = "script=1";
const server = await (await fetch("/seen")).text();
let storage = "refused";
try { localStorage.setItem("kept", "1"); storage = localStorage.getItem("kept") === "1" ? "works" : "lost"; } catch {}
document.querySelector("output")!.textContent = JSON.stringify({
  "cookie of the server": server.includes("server=1") ? "works" : "lost",
  "cookie of a script": server.includes("script=1") ? "works" : "lost",
  localStorage: storage,
});
export {};`,
  "src/server.ts": `export default { fetch(request: Request) {
  if (request.method === "POST") return new Response(null, { status: 204, headers: { "Set-Cookie": "server=1; Path=/; HttpOnly" } });
  return new Response(request.headers.get("Cookie") ?? "");
} };`,
};

const works = { "cookie of the server": "works", "cookie of a script": "works", localStorage: "works" };
const nothing = { "cookie of the server": "lost", "cookie of a script": "lost", localStorage: "refused" };
const storageAlone = { ...nothing, localStorage: "works" };
/** A server's cookie is `Secure`, and WebKit drops it over plain HTTP, even on loopback. */
const withoutSecure = { ...works, "cookie of the server": "lost" };

/** The measured behaviour, as listed in docs/apps.md. Locally everything uses plain HTTP on *.localhost. */
const expected = {
  Firefox: { frame: works, tab: works, published: works },
  "Firefox without third-party cookies": { frame: nothing, tab: works, published: works },
  WebKit: { frame: storageAlone, tab: withoutSecure, published: withoutSecure },
} as const;

let testStack: TestStack;
let display: Awaited<ReturnType<typeof startDisplay>>;

beforeAll(async () => {
  [testStack, display] = await Promise.all([openTestStack(), startDisplay()]);
});

afterAll(async () => {
  await display.stop();
  await testStack.close();
});

const engines: [keyof typeof expected, () => Promise<Engine>][] = [
  ["Firefox", () => startFirefox()],
  ["Firefox without third-party cookies", () => startFirefox({ "network.cookie.cookieBehavior": 1 })],
  ["WebKit", () => startWebKit(display.name)],
];

describe.each(engines)("%s", (name, start) => {
  let engine: Engine;
  let person: Person;
  let project: string;

  beforeAll(async () => {
    engine = await start();
    person = personIn(engine, testStack.stack.appUrl);
    await person.signUp();
    const operations = Object.entries(files).map(([path, content]) => ({ op: "create", path, content }));
    const { id } = Object(await post("/v1/projects", { name: "Cookies" }));
    project = `/v1/projects/${id}`;
    await post(`${project}/batches`, { operations });
  });

  afterAll(async () => {
    await engine.close();
  });

  /** Sends a request from the builder's page, with its session. */
  async function post(path: string, body: unknown): Promise<unknown> {
    const init = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
    return person.page.evaluate(
      "builder",
      `fetch(${JSON.stringify(path)}, ${JSON.stringify(init)}).then((answer) => answer.json())`,
    );
  }

  const found = async (place: "builder" | "app") => {
    await person.waitFor("what the app found", place, `document.querySelector("output")?.textContent`);
    return JSON.parse(String(await person.page.evaluate(place, `document.querySelector("output").textContent`)));
  };

  it("the app in the builder's frame has the storage that the table lists", async () => {
    await person.goto(`${testStack.stack.appUrl}${project.replace("/v1", "")}`);
    expect(await found("app")).toEqual(expected[name].frame);
  });

  it("the app in its own tab has the storage that the table lists", async () => {
    const { url } = Object(await post(`${project}/preview`, {}));
    await person.goto(url);
    expect(await found("builder")).toEqual(expected[name].tab);
  });

  it("the published app has the storage that the table lists", async () => {
    await person.goto(`${testStack.stack.appUrl}/`);
    await person.waitFor("the builder's page", "builder", "document.querySelector('textarea') !== null");
    const { url } = Object(await post(`${project}/publish`, {}));
    await person.goto(url);
    expect(await found("builder")).toEqual(expected[name].published);
  });
});
