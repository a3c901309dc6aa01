import { expect, it, vi } from "vitest";
import { preview } from "./preview.ts";

// The first build prepares the compiler, which takes a minute on a busy machine.
vi.setConfig({ testTimeout: 180_000 });

const FILES = {
  "index.html": '<!doctype html><head></head><body><script type="module" src="/src/main.js"></script></body>',
  "vite.config.js":
    'import windi from "vite-plugin-windicss";\nexport default { plugins: [windi({ safelist: "underline" })] };',
  "windi.config.js": `import { defineConfig } from "windicss/helpers";
import plugin from "windicss/plugin";
export default defineConfig({
  attributify: true,
  theme: { extend: { colors: { brand: "#123456" } } },
  plugins: [plugin(({ addBase }) => addBase({ h2: { letterSpacing: "3px" } }))],
});`,
  "package.json": '{ "devDependencies": { "windicss": "3.5.6" } }',
  "src/main.js": `import "virtual:windi.css";
import "./own.css";
document.body.innerHTML = '<button class="text-brand sm:(font-bold p-4)" m="t-8">a</button><h2>b</h2>';`,
  "src/own.css": '.own { @apply italic; background: theme("colors.brand") }',
};

it("Windi CSS makes the layers of an app's classes, groups, attributes and tags, and expands directives", async () => {
  const app = await preview(FILES);
  const { ok, diagnostics } = await app.prepare();
  expect([ok, diagnostics]).toEqual([true, []]);
  const html = await app.text("/");
  const css = await app.text(/href="(\/__edgesmith\/built\/[^"]+\.css)"/.exec(html)?.[1] ?? "");
  expect(css).toMatch(/\.text-brand \{[^}]*rgba\(18, 52, 86/);
  expect(css).toMatch(/@media \(min-width: ?640px\)[^@]*font-weight: 700/);
  expect(css).toMatch(/\[m~="?t-8"?\] \{\s*margin-top: 2rem/);
  expect(css).toContain("underline");
  expect(css).toMatch(/button \{[^}]*padding: 0/);
  expect(css).toMatch(/h2 \{[^}]*letter-spacing: 3px/);
  expect(css).toMatch(/\.own \{\s*font-style: italic;\s*background: #123456/);
  const script = /src="(\/__edgesmith\/built\/[^"]+)"/.exec(html)?.[1] ?? "";
  expect(await app.text(script)).toContain("text-brand sm:font-bold sm:p-4");
});
