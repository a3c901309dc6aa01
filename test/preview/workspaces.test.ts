// Apps in a folder of a repository: packages of the same repository are a part of the app, and all others are built apart.
import { describe, expect, it } from "vitest";
import { type Files, type Preview, preview } from "./preview.ts";

const page = '<!doctype html><div id="root"></div><script type="module" src="/src/main.tsx"></script>';
const files: Files = {
  "package.json": '{ "private": true }',
  "pnpm-workspace.yaml":
    'packages: ["apps/*", "packages/*"]\ncatalog:\n  react: 19.2.0\ncatalogs:\n  pages:\n    react-dom: 19.2.0\n',
  "apps/web/package.json": JSON.stringify({
    name: "web",
    dependencies: {
      "@our/ui": "workspace:^",
      "own-hooks": "link:../../hooks",
      react: "catalog:",
      "react-dom": "catalog:pages",
    },
  }),
  "apps/web/index.html": page,
  "apps/web/src/main.tsx": `import { createRoot } from "react-dom/client";
import { Title } from "@our/ui/title";
createRoot(document.querySelector("#root")!).render(<Title />);
`,
  "packages/ui/package.json": JSON.stringify({
    name: "@our/ui",
    exports: { "./*": "./src/*.tsx" },
    dependencies: { react: "catalog:" },
  }),
  "packages/ui/tsconfig.json": JSON.stringify({
    compilerOptions: { jsx: "preserve", experimentalDecorators: true, paths: { "#marks": ["./src/marks.ts"] } },
  }),
  "packages/ui/src/title.tsx": `import { useName } from "own-hooks";
import { marked } from "#marks";
class Name { @marked text = "Title"; }
export const Title = () => <h1>{useName(new Name().text)}</h1>;
`,
  "packages/ui/src/marks.ts":
    "export const marked = (target: object, name: string) => { Reflect.set(target, name + 'Marked', true); };\n",
  "hooks/package.json": '{ "name": "hooks", "main": "index.ts" }',
  "hooks/index.ts": 'import { useState } from "react";\nexport const useName = (name: string) => useState(name)[0];\n',
};

describe("the lock of an app in a folder", () => {
  it("A warning on the lock file of an app in a folder has the file's path in the project, once", async () => {
    const app = await preview({
      "README.md": "two folders",
      "front/web/package.json": '{ "dependencies": { "vite": "7" } }',
      "front/web/index.html": "<p>hello</p>",
      "front/web/package-lock.json": "<<<<<<< HEAD\n{}",
      "front/yarn.lock": "a:\n  b",
    });
    const { diagnostics } = await app.prepare();
    expect(diagnostics.map(({ path }) => path)).toEqual(["front/web/package-lock.json"]);
  });
});

/** Returns the scripts that the page names first, by address: the app's, and those of packages. */
async function scriptsOf(app: Preview): Promise<Map<string, string>> {
  const html = await (await app.page("/")).text();
  const addresses = [...html.matchAll(/(?:src|href)="(\/__edgesmith\/built\/[^"]+\.js)"/g)].map(([, one = ""]) => one);
  const texts = await Promise.all(addresses.map(async (one) => [one, await (await app.page(one)).text()] as const));
  return new Map(texts);
}

const ownOf = (scripts: ReadonlyMap<string, string>): [address: string, code: string][] =>
  [...scripts].filter(([, code]) => code.includes("Title = ("));

describe("an app in a folder of a repository", () => {
  it("Files of the repository's packages have positions, options of their own and hot updates, apart from other packages", async () => {
    const app = await preview(files);
    expect(await app.prepare()).toEqual({ ok: true, diagnostics: [] });
    const scripts = await scriptsOf(app);
    const [[, code = ""] = []] = ownOf(scripts);
    expect(code).toMatch(/fileName: "app\/packages\/ui\/src\/title\.tsx",\s+lineNumber: 4/);
    expect(code).toContain('placedRepository = "app/"');
    expect(code).toMatch(/__decorateClass\w*\(\[\s*marked/);
    expect(code).toMatch(/^\/\/ app\/hooks\/index\.ts$/m);
    expect(code).toContain("__edgesmithHot?.enter");
    expect(code).not.toContain("react.development.js");
    expect(
      [...scripts.values()].join("\n").match(/^\/\/ node_modules\/react\/cjs\/react\.development\.js$/gm),
    ).toHaveLength(1);
  }, 180_000);

  it("A change of a package of the repository changes the app's script alone", async () => {
    const app = await preview(files);
    await app.prepare();
    const before = await scriptsOf(app);
    await app.write({
      ...files,
      "packages/ui/src/title.tsx": String(files["packages/ui/src/title.tsx"]).replace('"Title"', '"Changed"'),
    });
    await app.prepare();
    const after = await scriptsOf(app);
    const changed = [...after.keys()].filter((address) => !before.has(address));
    expect(changed).toEqual(ownOf(after).map(([address]) => address));
    expect(after.get(changed[0] ?? "")).toContain('"Changed"');
    expect(after.size).toBe(before.size);
  }, 180_000);

  it("A variable that a package of the repository reads and no .env file sets is a warning there, if the app uses the package", async () => {
    const env = (name: string) => ({
      [`packages/${name}/package.json`]: JSON.stringify({ name: `@our/${name}`, exports: "./src/index.ts" }),
      [`packages/${name}/src/index.ts`]: `export const url = import.meta.env.VITE_${name.toUpperCase()};\n`,
    });
    const app = await preview({
      "pnpm-workspace.yaml": 'packages: ["apps/*", "packages/*"]\n',
      "apps/web/package.json": JSON.stringify({ name: "web", dependencies: { "@our/used": "workspace:*" } }),
      "apps/web/index.html": page,
      "apps/web/src/main.tsx": 'import { url } from "@our/used";\nconsole.log(url);\n',
      ...env("used"),
      ...env("other"),
    });
    const message = "No .env file sets VITE_USED, so the app reads undefined there. Add a file .env with it.";
    const warning = { path: "packages/used/src/index.ts", line: 1, column: 20, severity: "warning", message };
    expect(await app.prepare()).toEqual({ ok: true, diagnostics: [warning] });
  });
});

const vueFiles: Files = {
  "package.json": '{ "private": true, "workspaces": ["apps/*", "packages/*"] }',
  "apps/web/package.json": JSON.stringify({
    name: "web",
    dependencies: { "@our/ui": "*", vue: "3.5.22", sass: "1.93.2" },
  }),
  "apps/web/index.html": '<!doctype html><div id="root"></div><script type="module" src="/src/main.ts"></script>',
  "apps/web/src/main.ts": `import { createApp } from "vue";
import Title from "@our/ui/title.vue";
createApp(Title, { text: "a" }).mount("#root");
`,
  "packages/ui/package.json": '{ "name": "@our/ui", "exports": { "./*": "./src/*" } }',
  "packages/types/package.json": '{ "name": "@our/types", "types": "src/index.ts" }',
  "packages/types/src/index.ts": 'export type TitleProps = { text: string; size?: "small" | "large" };\n',
  "packages/ui/src/title.vue": `<script setup lang="ts">
import { ref } from "vue";
import type { TitleProps } from "@our/types";
defineProps<TitleProps>();
const name = ref("Title");
</script>
<template>
  <h1 class="title">{{ name }}</h1>
</template>
<style scoped lang="scss">.title { b { color: red } }</style>
<style scoped src="./title.css"></style>
`,
  "packages/ui/src/title.css": "h1 { color: blue }\n",
};

const svelteFiles: Files = {
  "package.json": '{ "private": true, "workspaces": ["apps/*", "packages/*"] }',
  "apps/web/package.json": JSON.stringify({ name: "web", dependencies: { "@our/ui": "*", svelte: "5.40.0" } }),
  "apps/web/index.html": '<!doctype html><div id="root"></div><script type="module" src="/src/main.ts"></script>',
  "apps/web/src/main.ts": `import { mount } from "svelte";
import Title from "@our/ui/title.svelte";
mount(Title, { target: document.body });
`,
  "packages/ui/package.json": '{ "name": "@our/ui", "exports": { "./*": "./src/*" } }',
  "packages/ui/src/name.svelte.ts": `export function named(text: string) {
  let name = $state(text);
  return { get name() { return name; } };
}
`,
  "packages/ui/src/title.svelte": `<script lang="ts">
  import { named } from "./name.svelte.ts";
  const title = named("Title");
</script>
<h1>{title.name}</h1>
<style>h1 { color: red }</style>
`,
};

const solidFiles: Files = {
  "package.json": '{ "private": true, "workspaces": ["apps/*", "packages/*"] }',
  "apps/web/package.json": JSON.stringify({ name: "web", dependencies: { "@our/ui": "*", "solid-js": "1.9.9" } }),
  "apps/web/index.html": '<!doctype html><div id="root"></div><script type="module" src="/src/main.tsx"></script>',
  "apps/web/src/main.tsx": `import { render } from "solid-js/web";
import { Title } from "@our/ui/title";
render(() => <Title />, document.body);
`,
  "packages/ui/package.json": '{ "name": "@our/ui", "exports": { "./*": "./src/*.tsx" } }',
  "packages/ui/src/title.tsx": `import { createSignal } from "solid-js";
export function Title() {
  const [name] = createSignal("Title");
  return <h1>{name()}</h1>;
}
`,
};

describe.each([
  ["Vue", vueFiles, "packages/ui/src/title.vue", "_sfc_render", "node_modules/@vue/"],
  [
    "Svelte",
    svelteFiles,
    "packages/ui/src/title.svelte",
    "// app/packages/ui/src/title.svelte",
    "node_modules/svelte/",
  ],
  ["Solid", solidFiles, "packages/ui/src/title.tsx", "function Title()", "node_modules/solid-js/"],
])("components of %s in packages of a repository", (_name, app, path, mark, ofPackages) => {
  it("They are in the app's script, and its packages are not, so that a change of one keeps the packages", async () => {
    const project = await preview(app);
    expect(await project.prepare()).toEqual({ ok: true, diagnostics: [] });
    const before = await scriptsOf(project);
    const own = [...before].filter(([, code]) => code.includes(mark));
    expect(own).toHaveLength(1);
    expect(own[0]?.[1]).not.toContain(ofPackages);
    expect(own[0]?.[1]).toContain("__edgesmithHot?.enter");
    await project.write({ ...app, [path]: String(app[path]).replace('"Title"', '"Changed"') });
    expect(await project.prepare()).toEqual({ ok: true, diagnostics: [] });
    const after = await scriptsOf(project);
    const changed = [...after].filter(([address]) => !before.has(address));
    expect(changed).toHaveLength(1);
    expect(changed[0]?.[1]).toContain('"Changed"');
    expect(after.size).toBe(before.size);
  }, 180_000);
});
