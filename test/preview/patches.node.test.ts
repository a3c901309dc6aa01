import { expect, it } from "vitest";
import { withPatches } from "../../preview/packages/apply-patches.ts";
import { PackageArchive } from "../../preview/packages/package-archive.ts";
import { readSpec } from "../../preview/packages/package-spec.ts";
import { type PackagePatch, patchesOf } from "../../preview/packages/patches.ts";

const found = (files: Record<string, unknown>, root = "") =>
  patchesOf(
    new Map(Object.entries(files).map(([path, one]) => [path, typeof one === "string" ? one : JSON.stringify(one)])),
    root,
  ).map(({ name, range, path, text }) => [name, range, path, text]);

it("Patches of pnpm and bun are those that package.json or pnpm-workspace.yaml lists, at the root of an app's repository too", () => {
  const files = {
    "package.json": { pnpm: { patchedDependencies: { "@a/one@1.0.0": "patches/one.patch" } } },
    "pnpm-workspace.yaml": 'patchedDependencies:\n  two: patches/two.patch\n  "three@^2.0.0": ./patches/three.patch\n',
    "web/package.json": { patchedDependencies: { "four@4.0.0": "patches/four.patch" } },
    "patches/one.patch": "1",
    "web/patches/four.patch": "4",
  };
  expect(found(files, "web")).toEqual([
    ["two", null, "patches/two.patch", null],
    ["three", "^2.0.0", "patches/three.patch", null],
    ["@a/one", "1.0.0", "patches/one.patch", "1"],
    ["four", "4.0.0", "web/patches/four.patch", "4"],
  ]);
});

it("Patches of patch-package are the files of its folder, in order, where the project runs it", () => {
  const patches = Object.fromEntries(
    ["@a+b+1.0.0.patch", "c+2.0.0-rc.1+002+later.patch", "c+2.0.0-rc.1+001+first.patch", "d++e+3.0.0.dev.patch"].map(
      (name) => [`fixes/${name}`, ""],
    ),
  );
  const files = { ...patches, "patches/f+1.0.0.patch": "" };
  expect(found({ ...files, "package.json": { scripts: { postinstall: "patch-package --patch-dir fixes" } } })).toEqual([
    ["@a/b", null, "fixes/@a+b+1.0.0.patch", ""],
    ["c", null, "fixes/c+2.0.0-rc.1+001+first.patch", ""],
    ["c", null, "fixes/c+2.0.0-rc.1+002+later.patch", ""],
    ["e", "3.0.0", "fixes/d++e+3.0.0.dev.patch", ""],
  ]);
  expect(found({ ...files, "package.json": { devDependencies: { "patch-package": "^8.0.0" } } })).toEqual([
    ["f", null, "patches/f+1.0.0.patch", ""],
  ]);
  expect(found({ ...files, "package.json": {} })).toEqual([]);
});

it("Patches of yarn are in dependencies and resolutions, without those that yarn brings itself", () => {
  const builtin = "patch:typescript@npm%3A5.0.0#optional!builtin<compat/typescript>";
  const files = {
    "package.json": {
      dependencies: { "@a/b": "patch:@a/b@npm%3A^1.0.0#~/.yarn/patches/b.patch", typescript: builtin },
      resolutions: { "c@npm:2.0.0": "patch:c@npm%3A2.0.0#./patches/c.patch::version=2.0.0&hash=1" },
    },
  };
  expect(found(files)).toEqual([
    ["@a/b", null, ".yarn/patches/b.patch", null],
    ["c", null, "patches/c.patch", null],
  ]);
  expect(readSpec("@a/b", "patch:@a/b@npm%3A^1.0.0#~/.yarn/patches/b.patch")).toEqual({
    name: "@a/b",
    range: "^1.0.0",
  });
  expect(readSpec("c", "patch:c@npm%3Aother%402.0.0#./c.patch")).toEqual({ name: "other", range: "2.0.0" });
  expect(readSpec("c", "patch:c@%ff#./c.patch")).toContain("is not a version in the registry");
  expect(readSpec("d", "patch:d@1.0.0#./d.patch")).toEqual({ name: "d", range: "1.0.0" });
});

const FILES = { "index.js": "one\ntwo\nthree\n", "gone.js": "gone\n" };
const planned = (version = "1.0.0") => ({
  folder: "node_modules/a",
  name: "a",
  version,
  dist: { tarball: "", integrity: "sha512-a" },
  optional: false,
});
const opening = {
  open: async () => {
    const files = new Map(Object.entries(FILES).map(([path, text]) => [path, new TextEncoder().encode(text)]));
    const index = new Map([...files].map(([path, { length }]) => [path, length]));
    return new PackageArchive(
      async () => ({ index, files }),
      async () => new Map(),
    );
  },
};

async function patched(patches: Partial<PackagePatch>[]) {
  const whole = patches.map((one) => ({ name: "a", range: null, path: "a.patch", text: "", ...one }));
  const { packages, diagnostics } = await withPatches([planned()], whole, opening);
  const files = [...(packages[0]?.patched?.files ?? [])].map(([path, content]) => [
    path,
    content === null ? null : new TextDecoder().decode(content),
  ]);
  return { files: Object.fromEntries(files), said: diagnostics.map(({ path, message }) => [path, message]) };
}

it("A patch changes, adds, moves and removes files, and the next one is applied to its result", async () => {
  const first = `diff --git a/node_modules/a/index.js b/node_modules/a/index.js
--- a/node_modules/a/index.js
+++ b/node_modules/a/index.js
@@ -1,3 +1,3 @@
 one
-two
+2
 three
diff --git a/node_modules/a/gone.js b/node_modules/a/gone.js
deleted file mode 100644
--- a/node_modules/a/gone.js
+++ /dev/null
@@ -1 +0,0 @@
-gone
diff --git a/node_modules/a/new.js b/node_modules/a/new.js
new file mode 100644
--- /dev/null
+++ b/node_modules/a/new.js
@@ -0,0 +1 @@
+new
`;
  const second = `diff --git a/index.js b/lib/index.js
similarity index 90%
rename from index.js
rename to lib/index.js
--- a/index.js
+++ b/lib/index.js
@@ -2,2 +2,2 @@
-2
+second
 three
`;
  const { files, said } = await patched([{ text: first }, { text: second }]);
  expect(said).toEqual([]);
  expect(files).toEqual({
    "index.js": null,
    "lib/index.js": "one\nsecond\nthree\n",
    "gone.js": null,
    "new.js": "new\n",
  });
});

it("A patch that does not fit, is for another version, is no patch or is missing is a warning, and changes nothing", async () => {
  const text = "--- a/index.js\n+++ b/index.js\n@@ -1 +1 @@\n-four\n+4\n";
  const { files, said } = await patched([{ text }, { range: "2.0.0" }, { text: "no patch" }, { text: null }]);
  expect(files).toEqual({});
  const unfit = 'The patch a.patch does not apply to "a" 1.0.0, so it was skipped. Recreate it for this version.';
  expect(said).toEqual([
    ["/a.patch", 'The patch a.patch of "a" is not in the project, so the package is built without it.'],
    ["/a.patch", 'The patch a.patch is for "a" 2.0.0, but 1.0.0 is installed, so the package is built without it.'],
    ["/a.patch", unfit],
    ["/a.patch", unfit],
  ]);
});
