import { expect, it } from "vitest";
import { preview } from "./preview.ts";

const files = {
  "package.json": JSON.stringify({ dependencies: { react: "19.2.0", "react-dom": "19.2.0" } }),
  "index.html": '<!doctype html><div id="root"></div><script type="module" src="/src/main.tsx"></script>',
  "tsconfig.json": JSON.stringify({ compilerOptions: { jsx: "react-jsx", experimentalDecorators: true } }),
  "src/title.tsx": `const counted = (target: object, name: string) => { Reflect.set(target, name + "Counted", true); };
class Marked { @counted title = "Title"; }
export const Title = () => <h1>{new Marked().title}</h1>;
`,
};
const mainOf = (specifier: string) => `import { createRoot } from "react-dom/client";
import { Title } from "${specifier}";
createRoot(document.querySelector("#root")!).render(<Title />);
`;
const configOf = (alias: string) => `import path from "node:path";
export default { resolve: { alias: ${alias} } };`;

it.each([
  ["an alias of a folder", "@/title", configOf('{ "@": "/src" }')],
  ["an alias of a file", "title", configOf('{ title: "/src/title.tsx" }')],
  ["an alias by a regular expression", "~title", configOf('[{ find: /^~(.*)/, replacement: "/src/$1" }]')],
  ["an alias of the app's root", "@/src/title", configOf('{ "@": path.resolve(__dirname, ".") }')],
  ["a path from the app's root", "/src/title", "export default {};"],
  ["a relative path", "./title", "export default {};"],
])(
  "a script that is imported by %s is compiled by the options of tsconfig.json, and shares the page's React",
  async (_, specifier, config) => {
    const app = await preview({ ...files, "src/main.tsx": mainOf(specifier), "vite.config.ts": config });
    expect((await app.prepare()).diagnostics).toEqual([]);
    const page = await (await app.page("/")).text();
    const [, script = ""] = /src="(\/__edgesmith\/built\/[^"]+)"/.exec(page) ?? [];
    const code = await (await app.page(script)).text();
    expect(code).toContain('jsxDEV("h1"');
    expect(code).toMatch(/__decorateClass\w*\(\[\s*counted/);
    expect(code).not.toContain("react.development.js");
  },
  180_000,
);

it("an alias with a relative path leads beside the importer, as with Vite, else into the app's folder", async () => {
  const app = await preview({
    "index.html": '<script type="module" src="/src/main.ts"></script>',
    "vite.config.ts": configOf('{ "@parts": "./parts", "@": "./src" }'),
    "src/main.ts":
      'import { part } from "@parts/part"; import { title } from "@/title"; document.title = part + title;',
    "src/parts/part.ts": 'export const part = "beside";',
    "parts/part.ts": 'export const part = "elsewhere";',
    "src/title.ts": 'export const title = "in the app";',
  });
  expect((await app.prepare()).diagnostics).toEqual([]);
  const page = await (await app.page("/")).text();
  const code = await (await app.page(/src="(\/__edgesmith\/built\/[^"]+)"/.exec(page)?.[1] ?? "")).text();
  expect(code).toContain('"beside"');
  expect(code).toContain('"in the app"');
  expect(code).not.toContain('"elsewhere"');
}, 180_000);
