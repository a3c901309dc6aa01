import { expect, it } from "vitest";
import { bundle } from "../../preview/engine/bundle.ts";
import { mountProject } from "../../preview/engine/mounted-project.ts";

const packages = {
  "@kit/react/package.json": JSON.stringify({
    name: "@kit/react",
    exports: { "./style.css": { import: "./dist/style.css", require: "./dist/style.css", style: "./dist/style.css" } },
  }),
  "@kit/react/dist/style.css": '@import "kit-base";\n.react { top: 1px }',
  "kit-base/package.json": JSON.stringify({
    name: "kit-base",
    exports: { ".": { style: "./base.css", import: "./base.js" } },
  }),
  "kit-base/base.css": ".base { top: 2px }",
  "kit-base/base.js": 'export const base = "script";',
  "kit-import/package.json": JSON.stringify({
    name: "kit-import",
    exports: { "./*.css": { import: "./styles/*.css" } },
  }),
  "kit-import/styles/dark.css": ".dark { top: 3px }",
};

it("An import in a style sheet follows the conditions style and import of a package, and one in a script the condition import", async () => {
  const project = mountProject(new Map(), {
    root: "",
    publicFolder: null,
    compilerOptions: {},
    packages: [],
    workspace: new Map(),
    filesOf: async () => new Map(),
  });
  try {
    const { root } = project.files;
    for (const [path, content] of Object.entries(packages)) project.files.put(`${root}/node_modules/${path}`, content);
    project.files.put(
      `${root}/entries/app.css`,
      '@import url("@kit/react/style.css");\n@import "kit-import/dark.css";',
    );
    project.files.put(`${root}/entries/entry.js`, 'import "./app.css"; export { base } from "kit-base";');
    const entries = [`${root}/entries/entry.js`];
    const options = { side: "client", mode: "development", entries, publicPath: "/" } as const;
    const { built, diagnostics } = await bundle(project, { ...options, define: {}, missing: new Map() });
    expect(diagnostics).toEqual([]);
    const textOf = (end: string) => built?.outputFiles.find(({ path }) => path.endsWith(end))?.text;
    expect([...(textOf(".css") ?? "").matchAll(/^\.(\w+) \{/gm)].map(([, name]) => name)).toEqual([
      "base",
      "react",
      "dark",
    ]);
    expect(textOf(".js")).toContain('"script"');
  } finally {
    project.release();
  }
});
