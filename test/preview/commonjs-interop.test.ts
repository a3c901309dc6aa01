// What the default import of a CommonJS module is, for scripts of each stated format, as measured with Vite 7.3.8 and 8.3.8.
import { expect, it } from "vitest";
import { bundle } from "../../preview/engine/bundle.ts";
import { mountProject } from "../../preview/engine/mounted-project.ts";

const COMPILED = 'Object.defineProperty(exports, "__esModule", { value: true }); exports.name = "named";';
const PACKAGES: Record<string, string> = {
  compiled: `${COMPILED} exports.default = "its default";`,
  "without-default": COMPILED,
  plain: 'exports.default = "its default"; exports.name = "named";',
};
const script = (name: string) => `import made, { name } from "${name}";
import * as all from "${name}";
export const kinds = async () => [made, all.default, (await import("${name}")).default, name].map((one) => typeof one).join(" ");`;

const planned = (name: string) => ({
  folder: `node_modules/${name}`,
  name,
  version: "1.0.0",
  dist: { tarball: "" },
  optional: false,
});

/** Bundles one script and runs the result. */
async function kindsOf(
  path: string,
  code: string,
  { type, byFormat, minified = false }: { type?: string; byFormat: boolean; minified?: boolean },
): Promise<string> {
  const encoder = new TextEncoder();
  const files = (name: string) =>
    new Map([
      ["package.json", encoder.encode(JSON.stringify({ name, main: "index.js" }))],
      ["index.js", encoder.encode(PACKAGES[name] ?? "")],
    ]);
  const esm = new Map([
    ["package.json", encoder.encode('{"name":"reader","type":"module","main":"index.js"}')],
    ["index.js", encoder.encode(script("compiled"))],
  ]);
  const project = mountProject(
    new Map([
      ["package.json", JSON.stringify({ name: "app", type })],
      [path, code],
    ]),
    {
      root: "",
      publicFolder: null,
      compilerOptions: {},
      packages: [...Object.keys(PACKAGES), "reader"].map(planned),
      workspace: new Map(),
      byFormat,
      filesOf: async ({ name }) => (name === "reader" ? esm : files(name)),
    },
  );
  try {
    const { built, diagnostics } = await bundle(project, {
      // Without later scripts, so that one script can be run; other tests have those.
      side: "worker",
      mode: minified ? "production" : "development",
      entries: [project.at(path)],
      publicPath: "/",
      define: {},
      missing: new Map(),
    });
    expect(diagnostics).toEqual([]);
    const text = built?.outputFiles.find((file) => file.path.endsWith(".js"))?.text ?? "";
    return await run(text);
  } finally {
    project.release();
  }
}

/** workerd imports no generated module, so the exports are returned by a function. */
function run(text: string): Promise<string> {
  const [, kinds] = /export\s*\{\s*([\w$]+) as kinds\s*,?\s*\}|export\s*\{\s*kinds\s*\}/.exec(text) ?? [];
  const body = text.replace(/export\s*\{[^}]*\};?/, "");
  return new Function(`${body}\nreturn ${kinds ?? "kinds"}();`)();
}

const MODULE = { type: "module", byFormat: true };
const LEGACY = { type: "module", byFormat: false };

// Of each row: the default import, `default` of the namespace, `default` of `import()`, and a named import.
// biome-ignore format: one case a line
it.each<[string, string, string, { type?: string; byFormat: boolean; minified?: boolean }, string]>([
  ["a script of a module project takes a compiled module as a whole", "src/a.ts", "compiled", MODULE, "object object object string"],
  ["a minified one does too", "src/a.ts", "compiled", { ...MODULE, minified: true }, "object object object string"],
  ["an .mjs script does in any project", "src/a.mjs", "compiled", { byFormat: true }, "object object object string"],
  ["a script of a project without a type takes its default", "src/a.ts", "compiled", { byFormat: true }, "string string string string"],
  ["a script of a module project takes its default with Vite 7", "src/a.ts", "compiled", LEGACY, "string string string string"],
  ["a compiled module without a default is its own", "src/a.ts", "without-default", { byFormat: true }, "object object object string"],
  ["it is in a minified script too", "src/a.ts", "without-default", { byFormat: true, minified: true }, "object object object string"],
  ["it is with Vite 7 too", "src/a.ts", "without-default", LEGACY, "object object object string"],
  ["a module that is not compiled is taken as a whole", "src/a.ts", "plain", LEGACY, "object object object string"],
])("A bundle has the default import of Vite: %s", async (_, path, name, options, expected) => {
  expect(await kindsOf(path, script(name), options)).toBe(expected);
});

it.each([
  [true, "object object object string"],
  [false, "string string string string"],
])("A package with a type takes a compiled module by it where formats count (%s)", async (byFormat, expected) => {
  const code = 'export { kinds } from "reader";';
  expect(await kindsOf("src/a.ts", code, { type: "module", byFormat })).toBe(expected);
});
