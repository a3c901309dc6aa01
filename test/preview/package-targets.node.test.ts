import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { packageTargets } from "../../preview/packages/package-targets.ts";

/** What Node's `require` applies. */
const CONDITIONS = ["node", "require", "module-sync", "node-addons", "default"];

/** The target that Node chooses, of a package with these `exports` whose files all exist; null when it refuses. */
function byNode(exports: unknown, subpath: string, files: string[]): string | null {
  const folder = mkdtempSync(join(tmpdir(), "package-targets-"));
  try {
    const home = join(folder, "node_modules/shapes");
    for (const file of ["./package.json", ...files]) mkdirSync(dirname(join(home, file)), { recursive: true });
    for (const file of files) writeFileSync(join(home, file), "");
    writeFileSync(join(home, "package.json"), JSON.stringify({ name: "shapes", exports }));
    const found = createRequire(join(folder, "main.js")).resolve(`shapes${subpath.slice(1)}`);
    return `.${found.slice(found.lastIndexOf("/shapes/") + "/shapes".length)}`;
  } catch (failure) {
    expect(failure).toMatchObject({ code: "ERR_PACKAGE_PATH_NOT_EXPORTED" });
    return null;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const CASES: [exports: unknown, subpath: string, target: string | null][] = [
  [{ require: { browser: "./browser.js" }, default: "./main.js" }, ".", "./main.js"],
  [{ ".": { node: { import: "./a.js", electron: "./b.js" }, require: ["./c.js"] } }, ".", "./c.js"],
  [{ ".": { node: null, default: "./main.js" } }, ".", null],
  [{ ".": { import: "./main.js" } }, ".", null],
  [[{ browser: "./browser.js" }, "./main.js"], ".", "./main.js"],
  ["./main.js", ".", "./main.js"],
  ["./main.js", "./package.json", null],
  [
    { "./*.module.css.js": "./any/*.js", "./button/*": "./own/*" },
    "./button/big.module.css.js",
    "./own/big.module.css.js",
  ],
  [{ "./*": "./src/*.js", "./*.js": "./src/*.js" }, "./one.js", "./src/one.js"],
  [{ "./*": "./src/*.js", "./inner/*": null }, "./inner/one", null],
  [{ "./*": { browser: "./no/*.js" }, "./in/*": { import: "./no/*.js" } }, "./in/one", null],
  [{ "./a*a.js": "./src/*.js" }, "./aa.js", null],
  [{ "./*": "./$&/*/*.js" }, "./one/two", "./$&/one/two/one/two.js"],
  [{ "./a.b/*": "./dots/*.js" }, "./axb/one", null],
];

describe("A package's path is resolved as Node resolves it", () => {
  it.each(CASES)("By %j the path %s is %s", (exports, subpath, target) => {
    expect(byNode(exports, subpath, target === null ? [] : [target])).toBe(target);
    expect(packageTargets(exports, subpath, CONDITIONS)[0] ?? null).toBe(target);
  });

  it("A folder that is named by a slash at its end is mapped as older packages mean it", () => {
    expect(packageTargets({ "./lib/": "./src/" }, "./lib/one.js", CONDITIONS)).toEqual(["./src/one.js"]);
  });

  it("An inner name is resolved by its pattern, and every target of an array is returned", () => {
    expect(packageTargets({ "#parts/*": ["./src/*.js", "./dist/*.js"] }, "#parts/one", CONDITIONS)).toEqual([
      "./src/one.js",
      "./dist/one.js",
    ]);
    expect(packageTargets(undefined, "#parts/one", CONDITIONS)).toEqual([]);
  });
});
