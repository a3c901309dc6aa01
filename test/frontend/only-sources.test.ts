import { expect, it } from "vitest";
import { isOnlySources } from "../../frontend/src/preview/only-sources.ts";
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
  [[change("src/style.css"), change("src/main.ts"), change("src/server.ts")], true],
  [[change("src/card.tsx", "created"), change("src/old.vue", "deleted")], true],
  [[change("src/app.tsx"), change("index.html")], false],
  [[change("public/legacy.js")], false],
  [[change("package.json")], false],
  [[change("vite.config.ts")], false],
  [[{ ...change("src/app.tsx", "moved"), from: "public/app.tsx" }], false],
])("Whether %j changes nothing but sources is %s", (changes, isOnly) => {
  expect(isOnlySources({ changes })).toBe(isOnly);
});
