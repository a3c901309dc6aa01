import { build, type Plugin } from "esbuild";
import { expect, it } from "vitest";
import { packageEdits } from "../../preview/tools/package-edits.ts";

const at = (path: string) => `/packages/node_modules/${path}`;

/** Bundles a module of a package with the edits; the texts of the errors where that fails. */
async function bundled(entry: string, files: Record<string, string>): Promise<string | string[]> {
  const texts = new Map(Object.entries(files).map(([path, text]) => [at(path), text]));
  const inMemory: Plugin = {
    name: "in-memory",
    setup(setup) {
      setup.onResolve({ filter: /^\// }, ({ path }) => ({ path }));
      setup.onLoad({ filter: /.*/ }, ({ path }) => ({ contents: texts.get(path) ?? "", loader: "js" }));
    },
  };
  const plugins = [packageEdits(async (path) => texts.get(path) ?? null), inMemory];
  try {
    const { outputFiles } = await build({
      entryPoints: [at(entry)],
      bundle: false,
      write: false,
      logLevel: "silent",
      plugins,
    });
    return outputFiles[0]?.text ?? "";
  } catch (failure) {
    return (failure as { errors: { text: string }[] }).errors.map(({ text }) => text);
  }
}

const manifest = (name: string, version: string) => ({ [`${name}/package.json`]: JSON.stringify({ name, version }) });

it("A package's edit is made in the modules that need it, and others are as they were", async () => {
  const data = { "css-tree/lib/data.js": "const require = createRequire(import.meta.url);\nrequire('./data.json');\n" };
  expect(await bundled("css-tree/lib/data.js", data)).not.toContain("createRequire");
  expect(await bundled("css-tree/lib/walk.js", { "css-tree/lib/walk.js": "export const walk = 1;" })).toContain(
    "walk = 1",
  );
});

it.each([
  ["@iconify/tailwind/dist/plugin.js", "source"],
  ["@iconify/tailwind/dist/plugin.js", "prefix, options"],
  ["@iconify/tailwind4/dist/plugin.js", "source"],
  ["@iconify/tailwind4/lib/helpers/loader.js", "source"],
])(
  "Iconify's plugin takes the icons of the request in %s, whose function has the parameters %s",
  async (path, parameters) => {
    expect(await bundled(path, { [path]: `function loadIconSet(${parameters}) { return null; }` })).toContain(
      "return globalThis.__iconSets[",
    );
  },
);

it("An edit that a version of its package no longer has a place for is an error with package, version and edit", async () => {
  const other = " Take another version of the package.";
  expect(
    await bundled("css-tree/lib/data.js", {
      ...manifest("css-tree", "9.1.0"),
      "css-tree/lib/data.js": "const load = createRequire(import.meta.filename);\n",
    }),
  ).toEqual([
    `css-tree 9.1.0 is not as Edgesmith knows it, so it cannot be made to bundle the data that it requires (lib/data.js).${other}`,
  ]);
  expect(
    await bundled("@iconify/tailwind/dist/plugin.js", {
      ...manifest("@iconify/tailwind", "9.0.0"),
      "@iconify/tailwind/dist/plugin.js": "const loadIconSet = (source) => source;\n",
    }),
  ).toEqual([
    `@iconify/tailwind 9.0.0 is not as Edgesmith knows it, so it cannot be made to take the icons that come with the request (dist/plugin.js).${other}`,
  ]);
  expect(
    await bundled("es-module-lexer/dist/lexer.js", {
      ...manifest("es-module-lexer", "9.0.0"),
      "es-module-lexer/dist/lexer.js": "export const init = WebAssembly.compile();\n",
    }),
  ).toEqual([
    `es-module-lexer 9.0.0 is not as Edgesmith knows it, so it cannot be made to take its build without WebAssembly, dist/lexer.asm.js (dist/lexer.js).${other}`,
  ]);
});
