// Checks every screen, dialog and error with axe, wide and at 360 px, in both themes: no violation of WCAG 2.2 A and
// AA. Neither the page nor a dialog scrolls horizontally.

import type { Browser, Page } from "@playwright/test";
import axe from "axe-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { batchResult } from "../../worker/contract/index.ts";
import { type Caller, newCaller, newProject, startRun } from "../stage/caller.ts";
import { openTestStack, type TestStack } from "../stage/stack.ts";
import { launchBrowser, newVisit, picture, settle, signIn, type Visit } from "./browser.ts";
import { signUpOwner } from "./owner.ts";
import {
  addressOf,
  adminScreens,
  makeStage,
  type Screen,
  type Stage,
  screens,
  signedOutScreens,
  stageVariables,
} from "./screens.ts";
import { dialogs, errors, leave, signedOutErrors } from "./states.ts";

let testStack: TestStack;
let browser: Browser;
let caller: Caller;
let owner: Caller;
let stage: Stage;

beforeAll(async () => {
  [testStack, browser] = await Promise.all([openTestStack({ variables: stageVariables }), launchBrowser()]);
  caller = await newCaller(testStack.stack);
  const projectId = await newProject(caller, "Screens");
  const operations = [
    {
      op: "write",
      path: "index.html",
      content: "<!doctype html><html lang=en><head><title>A</title></head><h1>A</h1></html>",
    },
    { op: "write", path: "src/app.ts", content: "export const a = 1;\n" },
  ];
  await caller.expect(batchResult, 201, `/v1/projects/${projectId}/batches`, { body: { operations } });
  const { id } = await startRun(caller, projectId, "[[five steps]]");
  // The stream closes when the run has ended.
  await (await caller.request(`/v1/runs/${id}/stream`)).text();
  stage = await makeStage(caller, projectId);
  owner = await signUpOwner(testStack, stageVariables.ADMIN_EMAILS);
});

afterAll(async () => {
  await browser.close();
  await testStack.close();
});

type Finding = { id: string; nodes: string[] };

/** Returns axe's violations on the page, except those of the app in the preview's frame, which is not ours. */
async function findings(page: Page): Promise<Finding[]> {
  return page.evaluate<Finding[]>(`axe.run({ exclude: ["iframe"] }, {
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    iframes: false,
  }).then(({ violations }) => violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html }) => html.slice(0, 200)) })))`);
}

/** Returns the page and the open dialog, if they are wider than their container. */
const tooWide = `[document.documentElement, ...document.querySelectorAll("dialog[open]")]
  .filter((box) => box.scrollWidth > box.clientWidth)
  .map(({ localName, scrollWidth, clientWidth }) => localName + ": " + scrollWidth + " in " + clientWidth)`;

const sizes = [
  { name: "wide", width: 1440, height: 900 },
  { name: "narrow", width: 360, height: 740 },
] as const;

/** The screens by audience: everybody, signed-in people, operators of the platform. */
const audiences: [audience: string, screens: Screen[], signedInAs: () => Caller | null][] = [
  ["nobody", [...signedOutScreens, ...signedOutErrors], () => null],
  ["a person", [...screens, ...dialogs, ...errors], () => caller],
  ["an owner of the platform", adminScreens, () => owner],
];

describe.each(sizes)("the screens, $name", ({ name: look, width, height }) => {
  describe.each(audiences)("for %s", (_, shown, signedInAs) => {
    let visit: Visit;

    beforeAll(async () => {
      visit = await newVisit(browser, testStack.stack.appUrl, { width, height });
      const person = signedInAs();
      if (person !== null) await signIn(visit, person);
    });

    afterAll(() => visit.close());

    it.each(shown)(
      "The screen %s has no finding of axe in both themes, and nothing scrolls sideways",
      async (name, path, ready) => {
        const { page } = visit;
        try {
          await page.emulateMedia({ colorScheme: "light" });
          await page.goto(addressOf(path, stage));
          await ready(page);
          await picture(page, `screen-${name}-${look}`);
          expect(await page.evaluate(tooWide), "what scrolls sideways").toEqual([]);
          await page.evaluate(axe.source);
          for (const colorScheme of ["light", "dark"] as const) {
            await page.emulateMedia({ colorScheme });
            // The colours only start to change with the next frame.
            await page.evaluate(
              "new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))",
            );
            await settle(page);
            expect(await findings(page), colorScheme).toEqual([]);
          }
        } finally {
          await leave(page);
        }
      },
    );
  });
});
