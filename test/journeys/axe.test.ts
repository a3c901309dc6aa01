// Every screen in both themes and at 360 px, by axe: no finding of WCAG 2.2 A and AA.

import type { Browser, Page } from "@playwright/test";
import axe from "axe-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { batchResult } from "../../worker/contract/index.ts";
import { type Caller, newCaller, newProject, startRun } from "../stage/caller.ts";
import { openTestStack, type TestStack } from "../stage/stack.ts";
import { launchBrowser, newVisit, picture, signIn, type Visit } from "./browser.ts";
import { signUpOwner } from "./owner.ts";
import {
  addressOf,
  adminScreens,
  looks,
  makeStage,
  type Screen,
  type Stage,
  screens,
  signedOutScreens,
  stageVariables,
} from "./screens.ts";

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

/** Returns the findings of axe on the page, without the app in the preview's frame, which is not ours. */
async function findings(page: Page): Promise<Finding[]> {
  await page.evaluate(axe.source);
  return page.evaluate<Finding[]>(`axe.run({ exclude: ["iframe"] }, {
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    iframes: false,
  }).then(({ violations }) => violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html }) => html.slice(0, 200)) })))`);
}

/** By their audience: everybody, signed-in people, owners of the platform. */
const audiences: [audience: string, screens: Screen[], signedInAs: () => Caller | null][] = [
  ["nobody", signedOutScreens, () => null],
  ["a person", screens, () => caller],
  ["an owner of the platform", adminScreens, () => owner],
];

describe.each(looks)("the screens, $name", ({ name: look, size, colorScheme }) => {
  describe.each(audiences)("for %s", (_, shown, signedInAs) => {
    let visit: Visit;

    beforeAll(async () => {
      visit = await newVisit(browser, testStack.stack.appUrl, size);
      const person = signedInAs();
      if (person !== null) await signIn(visit, person);
      await visit.page.emulateMedia({ colorScheme });
    });

    afterAll(() => visit.close());

    it.each(shown)("The screen %s has no finding of axe", async (name, path, ready) => {
      const { page } = visit;
      await page.goto(addressOf(path, stage));
      await ready(page);
      await picture(page, `screen-${name}-${look}`);
      expect(await findings(page)).toEqual([]);
    });
  });
});
