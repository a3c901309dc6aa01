import { expect, it } from "vitest";
import { shortName } from "../../../worker/accounts/short-name.ts";

it.each([
  ["Ada", "Ada"],
  ["Ada\n\u202eLovelace", "AdaLovelace"],
  ["x".repeat(100), "x".repeat(100)],
  ["x".repeat(255), "x".repeat(100)],
  [`${"x".repeat(99)}🦊🦊`, "x".repeat(99)],
  [`${"x".repeat(98)}🦊🦊`, `${"x".repeat(98)}🦊`],
])("a name is cut between two characters (%#)", (name, short) => {
  expect(shortName(name)).toBe(short);
});
