import type { Locator, Page } from "@playwright/test";

/** Playwright's methods that press, point, fill or move the focus without a key. */
const withoutKeys = [
  "check",
  "click",
  "dblclick",
  "dispatchEvent",
  "dragAndDrop",
  "fill",
  "focus",
  "hover",
  "press",
  "selectOption",
  "setChecked",
  "setInputFiles",
  "tap",
  "type",
  "uncheck",
] as const;

const pointers = {
  mouse: ["click", "dblclick", "down", "move", "up", "wheel"],
  touchscreen: ["tap"],
} as const;

const refuse = (name: string) => () => {
  throw new Error(`A journey by keyboard alone does not use ${name}.`);
};

const refusals = (names: readonly string[], prefix = "") =>
  Object.fromEntries(names.map((name) => [name, refuse(prefix + name)]));

/** The maximum number of tab stops between two places of a page that a person would accept. */
const mostStops = 120;

/** A keyboard that sends keys to the focused element, and does nothing else. */
export type Keys = {
  /** Presses keys one after another. */
  press(...keys: string[]): Promise<void>;
  type(text: string): Promise<void>;
  /**
   * Waits for an element, and moves the focus to it as a person does.
   * @param key the key that moves the focus, such as an arrow within a tree
   * @throws Error if the focus has gone round the page without reaching the element
   */
  reach(element: Locator, key?: string): Promise<void>;
  /** Reaches a button or a link, and presses Enter. */
  enter(element: Locator, key?: string): Promise<void>;
};

/**
 * Makes a page refuse any input other than keys: clicks, taps, and programmatic focus or text.
 * @returns the page's keyboard
 */
export function keysAlone(page: Page): Keys {
  // A locator's methods call those of its page's main frame, even for elements in other frames.
  Object.assign(page.mainFrame(), refusals(withoutKeys));
  for (const [pointer, names] of Object.entries(pointers))
    Object.assign(pointer === "mouse" ? page.mouse : page.touchscreen, refusals(names, `${pointer}.`));
  const press = async (...keys: string[]) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  const hasFocus = (element: Locator) => element.and(element.page().locator(":focus")).isVisible();
  const reach = async (element: Locator, key = "Tab") => {
    await element.waitFor();
    for (let stops = 0; !(await hasFocus(element)); stops += 1) {
      if (stops === mostStops) throw new Error(`${key} does not reach ${String(element)}.`);
      await press(key);
    }
  };
  return {
    press,
    type: (text) => page.keyboard.type(text),
    reach,
    async enter(element, key) {
      await reach(element, key);
      await press("Enter");
    },
  };
}
