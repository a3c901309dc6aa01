import { expect, it } from "vitest";
import { inWords } from "../../frontend/src/settings/activity-words.ts";
import { auditedActions } from "../../worker/http/audited.ts";

it("has words for everything that is audited", () => {
  const wordless = [...auditedActions, "session.created", "password.changed", "password.reset"].filter(
    (one) => inWords(one) === one,
  );
  expect(wordless).toEqual([]);
});

it("shows what it does not know as it is called", () => {
  expect(inWords("moon.landed")).toBe("moon.landed");
});
