import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { isUpToDate } from "../../../dev/router/build-corpus.ts";
import { blind } from "../../router/blind.ts";
import { labelled } from "../../router/labelled.ts";
import { others } from "../../router/others.ts";
import { unseen } from "../../router/unseen.ts";

const learnt = (agent: string): string[] =>
  readFileSync(join(import.meta.dirname, `../../../dev/router/corpus/${agent}.txt`), "utf8")
    .split("\n")
    .map((line) => line.replaceAll("\\n", "\n"));

it("The bundled training text is up to date", () => {
  expect(isUpToDate()).toBe(true);
  // Compressing the whole corpus takes seconds.
}, 120_000);

it("The training text contains no prompt by which the router is measured", () => {
  const heldOut = [...labelled(unseen), ...labelled(others), ...labelled(blind)];
  expect(heldOut.filter(({ agent, prompt }) => learnt(agent).includes(prompt))).toEqual([]);
});
