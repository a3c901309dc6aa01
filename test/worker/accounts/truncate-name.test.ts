import { expect, it } from "vitest";
import { truncateName } from "../../../worker/accounts/truncate-name.ts";

it.each([
  ["Ada", "Ada"],
  ["Ada\n\u202eLovelace", "AdaLovelace"],
  ["x".repeat(100), "x".repeat(100)],
  ["x".repeat(255), "x".repeat(100)],
  [`${"x".repeat(99)}🦊🦊`, "x".repeat(99)],
  [`${"x".repeat(98)}🦊🦊`, `${"x".repeat(98)}🦊`],
])("A truncated name ends between two code points (%#)", (name, short) => {
  expect(truncateName(name)).toBe(short);
});
