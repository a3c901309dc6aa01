import { until } from "../stage/until.ts";
import type { Engine, Place } from "./page.ts";

/** The timeout of one step on a busy machine. */
const stepTimeoutMs = 60_000;

const quoted = (text: string): string => JSON.stringify(text);
const named = (selector: string, name: string): string =>
  `[...document.querySelectorAll(${quoted(selector)})].find((one) => (one.getAttribute("aria-label") ?? one.textContent).trim().startsWith(${quoted(name)}))`;

/** Whether a driver's error reports an element that does not exist yet or was just replaced. */
const isPassing = (error: unknown): boolean =>
  error instanceof Error &&
  /not interactable|no such (element|frame|node)|stale element|is not there|There is no|NS_BINDING_ABORTED/.test(
    error.message,
  );

/** Returns a person's actions in an engine, which find elements by their accessible names. */
export function personIn({ page }: Engine, appUrl: string) {
  const waitFor = (what: string, place: Place, expression: string) =>
    until(what, stepTimeoutMs, async () => Boolean(await page.evaluate(place, expression)));
  const there = (place: Place, find: string, what = find) => waitFor(what, place, `Boolean(${find})`);
  const sees = (text: string, place: Place = "builder") =>
    waitFor(`“${text}” in the ${place}`, place, `document.body.innerText.includes(${quoted(text)})`);
  /** Retries an action while the page is replacing its element. */
  const whenReady = (what: string, act: () => Promise<void>) =>
    until(what, stepTimeoutMs, () =>
      act().then(
        () => true,
        (error: unknown) => {
          if (isPassing(error)) return false;
          throw error;
        },
      ),
    );
  const press = async (name: string, place: Place = "builder", selector = "button, a, [role=tab], [role=treeitem]") => {
    // Skips an element that is disabled or in a closing dialog.
    const find = `[${named(selector, name)}].find((one) => one && !one.disabled)`;
    await there(place, find, `“${name}” to press`);
    await whenReady(`“${name}” to be pressed`, () => page.click(place, find));
  };
  const type = async (find: string, text: string, place: Place = "builder") => {
    await there(place, find, `${find} to type into`);
    await whenReady(`${find} to be typed into`, () => page.type(place, find, text));
  };
  /** Firefox aborts a navigation that starts while the page itself navigates. */
  const goto = (url: string) => whenReady(`${url} to be opened`, () => page.goto(url));
  return {
    page,
    goto,
    waitFor,
    sees,
    press,
    type,
    tab: (name: string) => press(name, "builder", "[role=tab]"),
    /** Resolves when the preview is up to date: no build is running, and no frame is about to replace another. */
    settled: () =>
      waitFor(
        "the preview to be settled",
        "builder",
        `document.querySelectorAll("iframe").length === 1 && !document.body.innerText.includes("Building")`,
      ),
    textOf: (find: string) => page.evaluate("builder", `${find}?.innerText ?? ""`).then(String),
    turn: (status: string) => `document.querySelector('article[data-status=${quoted(status)}]')`,
    hasTurn: (status: string) =>
      waitFor(
        `a turn that is ${status}`,
        "builder",
        `Boolean(document.querySelector('article[data-status=${status}]'))`,
      ),
    signUp: async () => {
      await page.goto(`${appUrl}/sign-up`);
      await type(`document.querySelector('input[name="name"], input[autocomplete="name"]')`, "Ada Lovelace");
      await type(`document.querySelector('input[type="email"]')`, `${crypto.randomUUID()}@example.com`);
      await type(`document.querySelector('input[type="password"]')`, "correct horse battery");
      await press("Create account");
      await there("builder", "document.querySelector('textarea')", "the box for a first prompt");
    },
    /** Creates a project from a prompt, on the list of projects. */
    startProject: async (prompt: string) => {
      await goto(`${appUrl}/`);
      await type("document.querySelector('textarea')", `${prompt}\n`);
      await until("the project's page", stepTimeoutMs, async () => (await page.url()).includes("/projects/prj_"));
    },
  };
}

export type Person = ReturnType<typeof personIn>;
