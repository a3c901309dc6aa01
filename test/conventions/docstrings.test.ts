import { describe, expect, it } from "vitest";
import { exportedFunctions } from "../../dev/words/docstrings.ts";
import { sources } from "../../dev/words/sources.ts";

const functionsIn = (folder: RegExp) =>
  sources()
    .filter(({ path }) => folder.test(path) && !path.endsWith(".sql"))
    .flatMap(exportedFunctions);

const named = ({ path, name }: { path: string; name: string }) => `${path}: ${name}`;

describe("the docstrings of exported functions", () => {
  it("Every exported function of worker/, preview/ and dev/ has a docstring", () => {
    const functions = functionsIn(/^(worker|preview|dev)\//);
    expect(functions.length).toBeGreaterThan(1_500);
    expect(functions.filter(({ docstring }) => docstring === "").map(named)).toEqual([]);
  });

  it("The docstring of a function that throws an error of its own has @throws", () => {
    const throwing = functionsIn(/^(worker|preview|dev|frontend\/src)\//).filter(({ throws }) => throws);
    expect(throwing.length).toBeGreaterThan(150);
    expect(throwing.filter(({ docstring }) => !docstring.includes("@throws")).map(named)).toEqual([]);
  });

  it.each([
    ["/** Adds. */\nexport function add() {}", " Adds. "],
    ["/** Adds. */\n// biome-ignore lint: why\nexport const add = () => 1;", " Adds. "],
    ["/** The sum. */\nconst sum = 0;\nexport function add() {}", ""],
    ["// Adds.\nexport function add() {}", ""],
  ])("A docstring is the block comment right before the function, as in %j", (text, docstring) => {
    expect(exportedFunctions({ path: "a.ts", text }).map((one) => one.docstring.replace(/^\*/, ""))).toEqual([
      docstring,
    ]);
  });

  it.each([
    ["export function take() { if (gone) throw new Error(); }", true],
    ["export const take = () => { throw deleted(); };", true],
    ["export function take() { try { read(); } catch (error) { throw error; } }", false],
    ["export function take() { return () => { throw new Error(); }; }", false],
  ])("An error that was created in the function counts, not one that it passes on, as in %j", (text, throws) => {
    expect(exportedFunctions({ path: "a.ts", text }).map((one) => one.throws)).toEqual([throws]);
  });
});
