// Preprocessors of Svelte that a project writes itself, and how each setting without an effect is said.
import { expect, it, vi } from "vitest";
import { preview } from "./preview.ts";

// The first build prepares the isolate of the preprocessors, which takes long on a busy machine.
vi.setConfig({ testTimeout: 180_000 });

const FILES = {
  "package.json": JSON.stringify({
    dependencies: { svelte: "5.56.8" },
    devDependencies: { "@sveltejs/vite-plugin-svelte": "6.2.0" },
  }),
  "index.html": '<!doctype html><script type="module" src="/src/main.ts"></script>',
  "src/main.ts":
    'import { mount } from "svelte"; import App from "./App.svelte"; mount(App, { target: document.body });',
  "src/App.svelte": "<p>@@word</p>\n",
};
const PLUGIN = 'import { svelte, vitePreprocess } from "@sveltejs/vite-plugin-svelte";';
const word = (text: string) => `{ markup: ({ content }) => ({ code: content.replaceAll("@@word", "${text}") }) }`;

/** Builds an app, and returns its script and all that its diagnostics say. */
async function built(files: Record<string, string>): Promise<{ script: string; messages: string[] }> {
  const app = await preview({ ...FILES, ...files });
  const { ok, diagnostics } = await app.prepare();
  const messages = diagnostics.map(({ path, line, message }) => `${path}:${line} ${message}`);
  if (!ok) return { script: "", messages };
  const [, address = ""] = /src="(\/__edgesmith\/built\/[^"]+)"/.exec(await app.text("/")) ?? [];
  return { script: await app.text(address), messages };
}

it("Preprocessors among the options of Svelte's plugin replace those of svelte.config", async () => {
  const { script, messages } = await built({
    "vite.config.js": `${PLUGIN}\nexport default { plugins: [svelte({ preprocess: [vitePreprocess(), ${word("inline")}] })] };`,
    "svelte.config.js": `export default { preprocess: ${word("file")} };`,
  });
  expect(messages).toEqual([]);
  expect(script).toContain("inline");
  expect(script).not.toContain("file</p>");
});

it("A changed preprocessor changes the components", async () => {
  for (const text of ["first", "second"]) {
    const { script, messages } = await built({
      "word.js": `export const text = "${text}";`,
      "svelte.config.js": `import { text } from "./word.js";\nexport default { preprocess: { markup: ({ content }) => ({ code: content.replace("@@word", text) }) } };`,
    });
    expect(messages).toEqual([]);
    expect(script).toContain(`<p>${text}</p>`);
  }
});

it("A preprocessor that throws is an error of the component with its reason", async () => {
  const { messages } = await built({
    "svelte.config.js": 'export default { preprocess: { markup() { throw new Error("not today"); } } };',
  });
  expect(messages).toEqual(["src/App.svelte:1 A Svelte preprocessor failed: not today"]);
});

const BEFORE = '{ markup: ({ content }) => ({ code: "<!-- 1 -->\\n<!-- 2 -->\\n" + content + "<img>" }) }';
const TURNED = '{ script: ({ content }) => ({ code: "\\n\\n" + content }) }';

it("A finding of the compiler is at its line in the component as it is written", async () => {
  const component = "<script>\n  let { a } = $props();\n</script>\n\n<p>{a}</p>\n<input autofocus>\n";
  for (const preprocessor of [BEFORE, TURNED]) {
    const { messages } = await built({
      "svelte.config.js": `export default { preprocess: ${preprocessor} };`,
      "src/App.svelte": component,
    });
    const [focus, ...others] = messages.toSorted((a, b) => b.localeCompare(a));
    expect(focus, preprocessor).toMatch(/^src\/App\.svelte:6 Avoid using autofocus/);
    const added = /^src\/App\.svelte:0 `<img>` .* It is in code that preprocessors have written into this component\.$/;
    expect(others).toEqual(preprocessor === TURNED ? [] : [expect.stringMatching(added)]);
  }
});

it("Attributes of style blocks that svelte-preprocess alone reads are warnings in their lines", async () => {
  const files = {
    "src/a.css": "p { color: teal; }",
    "src/App.svelte": '<p>a</p>\n<style src="./a.css"></style>',
    "src/Other.svelte": "<p>b</p>\n<style lang='postcss' global>\np { color: red; }</style>",
    "src/main.ts": 'import "./App.svelte"; import "./Other.svelte";',
  };
  const { devDependencies, dependencies } = JSON.parse(FILES["package.json"]);
  const named = JSON.stringify({ dependencies, devDependencies: { ...devDependencies, "svelte-preprocess": "6.0.3" } });
  const { messages } = await built({ ...files, "package.json": named });
  expect(messages).toEqual([
    'src/App.svelte:2 The attribute "src" of a style block, which svelte-preprocess reads, has no effect here. Import the file by a script of the component: its rules are then those of the whole page.',
    'src/Other.svelte:2 The attribute "global" of a style block, which svelte-preprocess reads, has no effect here. Write :global(…) around its selectors.',
  ]);
  expect((await built(files)).messages).toEqual([]);
});

it("A finding behind a style block in another language is at its line in the component", async () => {
  const { messages } = await built({
    "package.json": JSON.stringify({ dependencies: { svelte: "5.56.8", sass: "1.77.8" } }),
    "src/App.svelte":
      '<style lang="scss">\n$c: teal;\n@mixin m { color: $c; }\np { @include m; }\n</style>\n<p>a</p>\n<input autofocus>',
  });
  expect(messages).toHaveLength(1);
  expect(messages[0]).toMatch(/^src\/App\.svelte:7 Avoid using autofocus/);
});

it("The compiler's options of svelte.config and of Svelte's plugin apply together", async () => {
  const { script, messages } = await built({
    "vite.config.js": `${PLUGIN}\nexport default { plugins: [svelte({ compilerOptions: { preserveComments: true } })] };`,
    "svelte.config.js": 'export default { compilerOptions: { css: "injected" } };',
    "src/App.svelte": "<!-- kept --><p>a</p>\n<style>p { color: teal; }</style>",
  });
  expect(messages).toEqual([]);
  expect(script).toContain("<!-- kept -->");
  expect(script).toMatch(/color:\s*teal/);
});

it("A setting of svelte.config that has no effect is a warning in its line", async () => {
  const { messages } = await built({
    "svelte.config.js": `import { sveltePreprocess } from "svelte-preprocess";
export default {
  preprocess: sveltePreprocess({ sourceMap: true, scss: true, replace: [["a", "b"]] }),
  compilerOptions: { cssHash: ({ hash, css }) => hash(css) },
  dynamicCompileOptions: () => ({}),
};`,
  });
  expect(messages).toEqual([
    'svelte.config.js:5 The setting "dynamicCompileOptions" of svelte.config.js has no effect here.',
    `svelte.config.js:4 Edgesmith does not call the function in the option "cssHash" of Svelte's compiler in svelte.config.js.`,
    'svelte.config.js:3 The option "replace" of "svelte-preprocess" in svelte.config.js has no effect here.',
  ]);
});
