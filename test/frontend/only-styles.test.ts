import { expect, it } from "vitest";
import { isOnlyStyles } from "../../frontend/src/preview/only-styles.ts";
import type { RevisionDetail } from "../../worker/contract/index.ts";

const change = (path: string, action: RevisionDetail["changes"][number]["action"] = "updated") => ({
  path,
  action,
  before: null,
  after: null,
});

it.each([
  [[change("src/style.css"), change("theme.scss")], true],
  [[], false],
  [[change("src/style.css"), change("src/main.ts")], false],
  [[change("src/style.css", "created")], false],
  [[change("src/style.css", "deleted")], false],
  [[change("src/card.module.css")], false],
  [[change("src/App.vue")], false],
])("Whether %j changes nothing but style sheets is %s", (changes, isOnly) => {
  expect(isOnlyStyles({ changes })).toBe(isOnly);
});
