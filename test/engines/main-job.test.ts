// The main job in engines other than Chromium, which `npm run test:engines` installs from Debian's packages.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { signal } from "../../dev/processes.ts";
import { openTestStack, type TestStack } from "../stage/stack.ts";
import { until } from "../stage/until.ts";
import { startFirefox } from "./firefox.ts";
import type { Engine } from "./page.ts";
import { type Person, personIn } from "./person.ts";
import { startDisplay } from "./processes.ts";
import { startWebKit } from "./webkit.ts";

let testStack: TestStack;
let display: Awaited<ReturnType<typeof startDisplay>>;

beforeAll(async () => {
  [testStack, display] = await Promise.all([openTestStack(), startDisplay()]);
});

afterAll(async () => {
  await display.stop();
  await testStack.close();
});

/** Blocks every cookie of a cross-site frame, such as the preview's. */
const noThirdPartyCookies = { "network.cookie.cookieBehavior": 1 };

const engines: [string, () => Promise<Engine>][] = [
  ["Firefox", () => startFirefox()],
  ["Firefox without third-party cookies", () => startFirefox(noThirdPartyCookies)],
  ["WebKit", () => startWebKit(display.name)],
];

const field = "document.querySelector('#title')";

describe.each(engines)("%s", (_, start) => {
  let engine: Engine;
  let person: Person;

  beforeAll(async () => {
    engine = await start();
    person = personIn(engine, testStack.stack.appUrl);
    await person.signUp();
  });

  afterAll(async () => {
    await engine.close();
  });

  it("a prompt leads to a running app that stores data, also after a reload", async () => {
    await person.startProject("Make a todo list with an API that remembers the todos");
    await person.hasTurn("completed");
    await person.sees("0 of 1 done", "app");
    await person.settled();
    await person.type(field, "Water the plants\n", "app");
    await person.sees("0 of 2 done", "app");
    await person.page.click("app", "document.querySelector('#list input[type=checkbox]')");
    await person.sees("1 of 2 done", "app");
    await person.page.reload();
    await person.sees("Water the plants", "app");
    await person.sees("1 of 2 done", "app");
    await person.tab("History");
    await person.sees("Add the todo API with its database");
  });

  it("the app is published for everybody and unpublished", async () => {
    await person.startProject("Make a page about anything you like");
    await person.hasTurn("completed");
    const project = await person.page.url();
    await person.sees("A first draft", "app");
    await person.press("Publish");
    await person.press("Publish", "builder", "dialog button");
    await person.sees("Up to date.");
    const address = await person.textOf("document.querySelector('[aria-label=\"Public link\"]')");
    await person.goto(address.trim());
    await person.sees("A first draft");
    await person.goto(project);
    await person.sees("A first draft", "app");
    await person.press("Published");
    await person.press("Unpublish");
    await person.press("Unpublish");
    await person.sees("Publish your app?");
    await person.goto(address.trim());
    await person.sees("App not found");
  });

  it("the preview shows an edit in the editor, and the history its revision", async () => {
    await person.startProject("Make a page about anything you like");
    await person.hasTurn("completed");
    await person.sees("A first draft", "app");
    await person.tab("Code");
    await person.press("index.html", "builder", "[role=treeitem]");
    const editor = "document.querySelector('[role=textbox][aria-label=\"Editor, index.html\"], .cm-content')";
    await person.waitFor("the editor with the file", "builder", `${editor}?.innerText.includes("A first draft")`);
    await person.page.click("builder", editor);
    await person.page.pressControl("a");
    await person.page.type("builder", editor, "Written by hand");
    await person.sees("Unsaved");
    await person.page.pressControl("s");
    await person.waitFor("the file to be saved", "builder", `!document.body.innerText.includes("Unsaved")`);
    await person.tab("Preview");
    await person.sees("Written by hand", "app");
    await person.tab("History");
    const revisions = `document.querySelectorAll('[aria-label="Versions"] > li').length`;
    await person.waitFor("two revisions", "builder", `${revisions} === 2`);
  });

  it("a run stops when cancelled", async () => {
    await person.startProject("[[stream 20000 deltas at 10 ms]]");
    await person.sees("w1 w2 w3");
    await person.press("Stop");
    await person.hasTurn("cancelled");
    await person.page.reload();
    await person.sees("Stopped.");
  });

  it("a run resumes after a reload in the middle, and nothing is shown twice", async () => {
    await person.startProject("[[five steps]] [[slow 25 ms]]");
    await person.sees("Step 2 of 5: I write");
    await person.page.reload();
    await person.hasTurn("completed");
    await fiveStepsOnce();
  });

  it("a run is shown to its end although the runtime hangs for a while, and although it is killed", async () => {
    await person.startProject("[[five steps]] [[slow 60 ms]]");
    await person.sees("Step 1 of 5: I write");
    const stopped = testStack.stack.workerd();
    for (const pid of stopped) signal(pid, "SIGSTOP");
    await until("requests to hang", 30_000, hangs);
    for (const pid of stopped) signal(pid, "SIGCONT");
    await person.sees("Step 3 of 5: I write");
    testStack.stack.killWorkerd();
    await testStack.stack.ready(90_000);
    await until("the run's end", 120_000, async () =>
      Boolean(await person.page.evaluate("builder", person.turn("completed").concat(" !== null"))),
    );
    await fiveStepsOnce();
  });

  /** Whether the runtime fails to respond for two seconds. */
  const hangs = (): Promise<boolean> =>
    fetch(`http://127.0.0.1:${testStack.stack.port}/v1/health`, { signal: AbortSignal.timeout(2_000) }).then(
      async (answer) => {
        await answer.body?.cancel();
        return false;
      },
      () => true,
    );

  async function fiveStepsOnce(): Promise<void> {
    await person.sees("All five steps are written.");
    const text = await person.textOf(person.turn("completed"));
    for (const step of [1, 2, 3, 4, 5]) expect(text.split(`Step ${step} of 5: I write`)).toHaveLength(2);
  }
});
