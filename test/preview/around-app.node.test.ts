import { expect, it } from "vitest";
import { filesBeside } from "../../preview/project/around-app.ts";

const around = new Map(
  Object.entries({
    "packages/ui/package.json": "{}",
    "packages/ui/src/index.tsx": 'import { one } from "@our/utils";',
    "packages/ui/src/picture.png": "",
    "packages/ui/.env": "KEY=secret",
    "packages/ui/demo/index.html": "",
    "packages/utils/src/index.ts": "",
    "packages/server/src/index.ts": "",
    "apps/other/src/main.ts": "",
    "apps/shared/a.ts": 'import "../../tools/b";',
    "tools/b.ts": "",
    "tools/c/d.ts": "",
    "libs/money/src/money.ts": "",
    "loose.ts": "",
  }),
);
const folders = new Map([
  ["@our/ui", "packages/ui"],
  ["@our/utils", "packages/utils"],
  ["@our/server", "packages/server"],
]);
const beside = (main: string, targets: string[] = []) =>
  [
    ...filesBeside({ files: new Map([["src/main.ts", main]]), root: "apps/web", around }, folders, targets).keys(),
  ].sort();

it.each([
  [
    "a package and those that it names",
    'import { Card } from "@our/ui/card";',
    ["../../packages/ui/src/index.tsx", "../../packages/ui/src/picture.png", "../../packages/utils/src/index.ts"],
  ],
  [
    "a relative path, and those in its files",
    'import "../../shared/a";',
    ["../../tools/b.ts", "../../tools/c/d.ts", "../shared/a.ts"],
  ],
  ["a pattern", 'import.meta.glob("../../../packages/utils/**/*.ts")', ["../../packages/utils/src/index.ts"]],
  ["nothing", 'import "react"; fetch("/@our/ui");', []],
])("An app's files of other folders follow %s", (_, main, expected) => {
  expect(beside(main)).toEqual(expected);
});

it("The targets of aliases are among an app's files, but never all of the repository or the app itself", () => {
  expect(beside("", ["libs/money/src"])).toEqual(["../../libs/money/src/money.ts"]);
  expect(beside("", ["apps", "apps/web/src", "loose.ts"])).toEqual([]);
});
