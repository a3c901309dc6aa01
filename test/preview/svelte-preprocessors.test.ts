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
  expect(messages).toEqual(["src/App.svelte:1 A preprocessor of Svelte failed: not today"]);
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
    `svelte.config.js:4 The option "cssHash" of Svelte's compiler in svelte.config.js is a function, which is not called here.`,
    'svelte.config.js:3 The option "replace" of "svelte-preprocess" in svelte.config.js has no effect here.',
  ]);
});
