import { expect, it } from "vitest";
import { isUpToDate } from "../../../dev/router/pack.ts";

it("has packed the router's training text as it is now", () => {
  expect(isUpToDate()).toBe(true);
});
