import { describe, expect, it } from "vitest";
import { wantedOf } from "../../preview/packages/wanted-packages.ts";
import { workspaceOf } from "../../preview/packages/workspace.ts";
import { overridesOf } from "../../preview/packages/workspace-yaml.ts";

const filesOf = (files: Record<string, string>) => new Map(Object.entries(files));
const SOURCE = {
  "src/main.ts": 'import { on } from "hoisted/sub";\nimport "@a/b";\nimport path from "path";\non(path);',
};

describe("packages that package.json does not name", () => {
  it("wantedOf takes an imported package that npm has put beside the others from the lock", () => {
    const packages = {
      "node_modules/hoisted": { version: "2.3.4" },
      "node_modules/other/node_modules/@a/b": { version: "9.9.9" },
      "node_modules/path": { version: "0.12.7" },
      "node_modules/unused": { version: "1.0.0" },
    };
    const files = filesOf({ ...SOURCE, "package-lock.json": JSON.stringify({ packages }, null, 2) });
    expect(wantedOf(files, {}, "")).toEqual({ hoisted: "2.3.4" });
  });

  it("wantedOf takes it from yarn's lock, in both of its forms", () => {
    const lock =
      'other@1:\n  version "1.0.0"\n\nhoisted@0.0.4, hoisted@^0.0.4:\n  version "0.0.4"\n\n"@a/b@npm:^1.0.0":\n  version: 1.2.3\n';
    expect(wantedOf(filesOf({ ...SOURCE, "yarn.lock": lock }), {}, "")).toEqual({ "@a/b": "1.2.3", hoisted: "0.0.4" });
  });

  it("wantedOf takes it from bun's lock", () => {
    const lock =
      '{\n  "packages": {\n    "@a/b": ["@a/b@1.2.3", "", {}, "sha512-a"],\n\n    "hoisted": ["hoisted@0.0.4", "", { "dependencies": { "x": "9.9.9" } }, "sha512-b"],\n  }\n}\n';
    expect(wantedOf(filesOf({ ...SOURCE, "bun.lock": lock }), {}, "")).toEqual({ "@a/b": "1.2.3", hoisted: "0.0.4" });
  });

  it("wantedOf takes what style sheets and Tailwind's configuration load, too", () => {
    const names = ["plugged", "@scope/sheet", "sassy", "listed", "styled", "required", "by-scheme"];
    const packages = Object.fromEntries(names.map((name) => [`node_modules/${name}`, { version: "1.0.0" }]));
    const files = filesOf({
      "src/a.css": '@plugin "plugged/plugin";\n@import url(\'@scope/sheet/a.css\');\n@reference "./b.css";',
      "src/b.scss": '@use "sass:math";\n@use "~sassy/mixins";\n@use "pkg:by-scheme/mixins";\n/* "listed" */',
      "src/App.vue": '<style>\n@import "../node_modules/styled/a.css";\n</style>',
      "tailwind.config.js": 'module.exports = { plugins: [require("required/plugin")] };',
      "package-lock.json": JSON.stringify({ packages }, null, 2),
    });
    expect(Object.keys(wantedOf(files, {}, ""))).toEqual([
      "@scope/sheet",
      "by-scheme",
      "plugged",
      "required",
      "sassy",
      "styled",
    ]);
  });

  it("wantedOf takes a package of package.json that only a pkg: address of Sass names", () => {
    const files = filesOf({ "src/a.scss": '@use "pkg:bootstrap/scss/bootstrap";' });
    expect(wantedOf(files, { dependencies: { bootstrap: "5.3.8", other: "1.0.0" } }, "")).toEqual({
      bootstrap: "5.3.8",
    });
  });

  it("wantedOf prefers what package.json says, and takes nothing from tests and configurations", () => {
    const lock = 'hoisted@1:\n  version "1.0.0"\n\nonly-tests@1:\n  version "1.0.0"\n';
    const files = filesOf({ ...SOURCE, "src/a.test.ts": 'import "only-tests";', "yarn.lock": lock });
    expect(wantedOf(files, { dependencies: { hoisted: "^3.0.0" } }, "")).toEqual({ hoisted: "^3.0.0" });
  });
});

describe("packages of the folders around an app", () => {
  const root = { dependencies: { vue: "^3.5.0", mitt: "^3.0.0", clsx: "2.1.1", ms: "2.1.3", express: "^5.0.0" } };
  const files = filesOf({
    "package.json": JSON.stringify(root),
    "apps/package.json": '{"dependencies": {"clsx": "1.0.0", "nanoid": "1.0.0"}}',
    "apps/web/package.json": '{"dependencies": {"nanoid": "2.0.0", "@a/hooks": "*"}}',
    "apps/web/vite.config.ts": 'export default { resolve: { alias: { f: resolve(__dirname, "..", "../features") } } };',
    "apps/web/src/App.vue": '<script setup>import "clsx"; import "nanoid"; import "@a/hooks";</script>',
    "packages/hooks/package.json": '{"name": "@a/hooks"}',
    "packages/hooks/index.ts": 'import mitt from "mitt";',
    "features/a.ts": 'import ms from "ms";',
    "server/index.js": 'import express from "express";',
  });

  it("wantedOf takes them for the app, for packages of its repository and for folders that an alias leads to, the nearest first", () => {
    const manifest = { dependencies: { nanoid: "2.0.0", "@a/hooks": "*" } };
    expect(wantedOf(files, manifest, "apps/web")).toEqual({
      "@a/hooks": "*",
      clsx: "1.0.0",
      mitt: "^3.0.0",
      ms: "2.1.3",
      nanoid: "2.0.0",
      vue: "^3.5.0",
    });
  });
});

it("wantedOf takes the runtime of a plugin that npm has installed as a peer from the lock", () => {
  const packages = { "node_modules/preact": { version: "10.13.0" }, "node_modules/vue": { version: "3.5.0" } };
  const files = filesOf({
    "src/App.tsx": "export const App = () => <p />;",
    "package-lock.json": JSON.stringify({ packages }, null, 2),
  });
  const manifest = { devDependencies: { "@preact/preset-vite": "2.6.0" } };
  expect(wantedOf(files, manifest, "")).toEqual({ preact: "10.13.0" });
});

it("wantedOf takes what PrimeVue's components import and its package does not name, where the project does", () => {
  const dependencies = { primevue: "4.5.4", "chart.js": "4.5.0" };
  const files = filesOf({ "src/main.ts": 'import PrimeVue from "primevue/config";' });
  expect(wantedOf(files, { dependencies }, "")).toEqual(dependencies);
});

describe("packages of the same repository", () => {
  const manifest = (fields: object) => JSON.stringify(fields);
  const foldersOf = (files: Record<string, string>) => Object.fromEntries(workspaceOf(filesOf(files)));

  it("workspaceOf leaves out a folder that has a package's manifest and its native code, and no module", () => {
    const files = {
      "package.json": manifest({ dependencies: { "@native/camera": "^8.0.0" } }),
      "ios/App/Camera/package.json": manifest({ name: "@native/camera", version: "8.0.3", main: "dist/index.js" }),
      "ios/App/Camera/ios/Assets/Contents.json": "{}",
      "ios/App/Camera/Package.swift": "",
    };
    expect(foldersOf(files)).toEqual({});
    expect(foldersOf({ ...files, "ios/App/Camera/dist/index.js": "" })).toEqual({
      "@native/camera": "ios/App/Camera",
    });
  });

  it("workspaceOf keeps a folder of settings, which others extend", () => {
    const files = {
      "packages/tsconfig/package.json": manifest({ name: "@our/tsconfig" }),
      "packages/tsconfig/base.json": "{}",
    };
    expect(foldersOf(files)).toEqual({ "@our/tsconfig": "packages/tsconfig" });
  });

  it("workspaceOf leaves out a folder whose version is not the one that its dependents ask for, as npm does", () => {
    const files = (range: string, version?: string) => ({
      "package.json": manifest({ name: "learning" }),
      "web/package.json": manifest({ dependencies: { react: range } }),
      "react/package.json": manifest({ name: "react", ...(version === undefined ? {} : { version }) }),
      "react/src/main.tsx": "",
    });
    expect(foldersOf(files("^19.0.0", "1.0.0"))).toEqual({});
    for (const [range, version] of [
      ["^19.0.0", "19.3.0-beta.1"],
      ["workspace:^2", "1.0.0"],
      ["*", "1.0.0"],
      ["catalog:", "1.0.0"],
      ["^19.0.0", undefined],
    ] as const)
      expect([range, foldersOf(files(range, version))]).toEqual([range, { react: "react" }]);
  });
});

describe("packages that plugins of Vite import into modules", () => {
  it("wantedOf takes those of resolvers in a configuration of several files", () => {
    const files = filesOf({
      "build/plugins.ts":
        'import { ElementPlusResolver } from "unplugin-vue-components/resolvers";\nexport default ElementPlusResolver();',
      "src/main.ts": "",
    });
    expect(wantedOf(files, { dependencies: { "element-plus": "2.11.0", axios: "1.0.0" } }, "")).toEqual({
      "element-plus": "2.11.0",
    });
  });
});

describe("packages that aliases of vite.config lead to", () => {
  const dependencies = { "@radix-ui/react-slot": "^1.1.2", nanoid: "^5.0.0", sonner: "^2.0.3", terser: "^5.0.0" };
  const config = (aliases: string) => `export default { resolve: { alias: ${aliases} }, build: { minify: "terser" } };`;

  it("wantedOf takes those of imported names, with a version in them too, and no others", () => {
    const files = filesOf({
      "vite.config.ts": config(
        '{ "@radix-ui/react-slot@1.1.2": "@radix-ui/react-slot", ids: "nanoid", "sonner@2.0.3": "sonner" }',
      ),
      "src/main.tsx": "import { Slot } from \"@radix-ui/react-slot@1.1.2\";\nimport { nanoid } from 'ids';",
    });
    expect(wantedOf(files, { dependencies }, "")).toEqual({ "@radix-ui/react-slot": "^1.1.2", nanoid: "^5.0.0" });
  });

  it("wantedOf takes the target of each alias of a list", () => {
    const files = filesOf({
      "vite.config.js": config('[{ find: /^ids$/, replacement: "nanoid/non-secure" }]'),
      "src/main.js": 'import "ids";',
    });
    expect(wantedOf(files, { dependencies }, "")).toEqual({ nanoid: "^5.0.0" });
  });
});

it("wantedOf takes the packages of which a configuration copies files, and none of another plugin", () => {
  const dependencies = { "@scope/fonts": "1.0.0", "pdfjs-dist": "5.0.0", other: "1.0.0" };
  const config = (plugin: string) => `import { copy } from "${plugin}";
const viewer = require.resolve("pdfjs-dist/package.json");
export default { plugins: [copy({ targets: [{ src: "node_modules/@scope/fonts/files/*", dest: "fonts" }] })] };
`;
  const wanted = (plugin: string) => wantedOf(filesOf({ "vite.config.ts": config(plugin) }), { dependencies }, "");
  expect(wanted("vite-plugin-static-copy")).toEqual({ "@scope/fonts": "1.0.0", "pdfjs-dist": "5.0.0" });
  expect(wanted("vite-plugin-other")).toEqual({});
});

describe("overrides", () => {
  const yaml = { "pnpm-workspace.yaml": "overrides:\n  a: 2.0.0\n  b@1>c: npm:d@3\n" };

  it("overridesOf takes those of pnpm-workspace.yaml beside those of package.json", () => {
    expect(overridesOf(filesOf(yaml), { a: "1.0.0", e: "4.0.0" })).toEqual({
      a: "2.0.0",
      "b@1>c": "npm:d@3",
      e: "4.0.0",
    });
    expect(overridesOf(filesOf({ "pnpm-workspace.yaml": "packages: [" }), { e: "4.0.0" })).toEqual({ e: "4.0.0" });
  });

  it("overridesOf takes those of the repository's root for an app in a folder that has none", () => {
    const root = { "package.json": '{"resolutions": {"a": "2.0.0"}}' };
    expect(overridesOf(filesOf(root), undefined)).toEqual({ a: "2.0.0" });
    expect(overridesOf(filesOf(root), { a: "1.0.0" })).toEqual({ a: "1.0.0" });
    expect(overridesOf(filesOf({ "package.json": "{" }), undefined)).toBeUndefined();
  });
});
