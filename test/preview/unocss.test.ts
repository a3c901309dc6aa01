import { expect, it, vi } from "vitest";
import { preview } from "./preview.ts";

// The first build bundles UnoCSS, which takes a minute on a busy machine.
vi.setConfig({ testTimeout: 180_000 });

it("An icon whose set package.json does not have is a warning at its class, with the packages that may have it", async () => {
  const app = await preview({
    "package.json": JSON.stringify({ devDependencies: { unocss: "66.5.4", "@iconify-json/lucide": "1.2.137" } }),
    "vite.config.ts": 'import UnoCSS from "unocss/vite";\nexport default { plugins: [UnoCSS()] };',
    "uno.config.ts":
      'import { defineConfig, presetIcons, presetWind3 } from "unocss";\nexport default defineConfig({ presets: [presetWind3(), presetIcons({ autoInstall: true })] });',
    "index.html":
      '<!doctype html><body>\n<i class="i-lucide-sun"></i>\n<i class="p-1 i-mdi-home"></i><i class="i-mdi:account"></i><script type="module" src="/main.ts"></script>',
    "main.ts": 'import "virtual:uno.css";\n// A word such as i-am-here is no icon.',
  });
  const { ok, diagnostics } = await app.prepare();
  expect(ok).toBe(true);
  expect(diagnostics).toEqual([
    {
      path: "index.html",
      line: 3,
      column: 15,
      severity: "warning",
      message:
        'No installed icon set contains "i-mdi-home", so the icon will not show. Add "@iconify-json/mdi" to "devDependencies", or correct its name.',
    },
  ]);
});

it("A configuration of an app in a folder of a repository takes its colours from another folder and from a package", async () => {
  const app = await preview({
    "package.json": '{ "private": true, "workspaces": ["apps/*", "packages/*"] }',
    "packages/uno/package.json": '{ "name": "@our/uno", "exports": "./src/brand.ts" }',
    "packages/uno/src/brand.ts": 'export const brand = "#010203";\n',
    "config/rules.ts": 'export const rules = [[/^round-(\\d+)$/, ([, size]) => ({ "border-radius": size + "px" })]];\n',
    "apps/web/package.json": JSON.stringify({ name: "web", devDependencies: { unocss: "66.5.4" } }),
    "apps/web/vite.config.ts": 'import UnoCSS from "unocss/vite";\nexport default { plugins: [UnoCSS()] };',
    "apps/web/uno.config.ts": `import { brand } from "@our/uno";
import { defineConfig, presetWind3 } from "unocss";
import { rules } from "../../config/rules";
export default defineConfig({ presets: [presetWind3()], rules, theme: { colors: { brand } } });`,
    "apps/web/index.html":
      '<!doctype html><body><i class="bg-brand round-7"></i><script type="module" src="/main.ts"></script>',
    "apps/web/main.ts": 'import "virtual:uno.css";',
  });
  expect(await app.prepare()).toEqual({ ok: true, diagnostics: [] });
  const html = await (await app.page("/")).text();
  const [, address = ""] = /href="([^"]+\.css)"/.exec(html) ?? [];
  const css = await (await app.page(address)).text();
  expect(css).toContain("rgb(1 2 3");
  expect(css).toContain("border-radius: 7px");
});

it("Imports of the sheet that UnoCSS makes, such as those of web fonts, come before its rules", async () => {
  const font = '@import url("https://fonts.example/css2?family=A:a@400;700&display=swap");';
  const app = await preview({
    "package.json": JSON.stringify({ devDependencies: { unocss: "66.5.4" } }),
    "vite.config.ts": 'import UnoCSS from "unocss/vite";\nexport default { plugins: [UnoCSS()] };',
    "uno.config.ts": `import { defineConfig, presetWind3 } from "unocss";
export default defineConfig({ presets: [presetWind3()], preflights: [{ getCSS: () => 'a { color: red }' }, { getCSS: () => '${font}' }] });`,
    "index.html": '<!doctype html><body><i class="p-1"></i><script type="module" src="/main.ts"></script>',
    "main.ts": 'import "virtual:uno.css";',
  });
  expect(await app.prepare()).toEqual({ ok: true, diagnostics: [] });
  const html = await (await app.page("/")).text();
  const [, address = ""] = /href="([^"]+\.css)"/.exec(html) ?? [];
  const css = await (await app.page(address)).text();
  expect(css).toMatch(
    /^\s*(\/\*.*?\*\/\s*)?@import "https:\/\/fonts\.example\/css2\?family=A:a@400;700&display=swap";/,
  );
  expect(css.match(/@import/g)).toHaveLength(1);
});

it("A component with a shadow root has the rules of its own file where it asks for them", async () => {
  const app = await preview({
    "package.json": JSON.stringify({ devDependencies: { unocss: "66.5.4" } }),
    "vite.config.ts":
      'import UnoCSS from "unocss/vite";\nexport default { plugins: [UnoCSS({ mode: "shadow-dom" })] };',
    "index.html": '<!doctype html><body><own-box></own-box><script type="module" src="/main.ts"></script>',
    "main.ts": `const css = \`:host { border: 0 } @unocss-placeholder;\`;
customElements.define("own-box", class extends HTMLElement {
  connectedCallback() {
    this.attachShadow({ mode: "open" }).innerHTML = "<style>" + css + '</style><p class="flex sm:p-7"></p>';
  }
});`,
  });
  expect(await app.prepare()).toEqual({ ok: true, diagnostics: [] });
  const html = await (await app.page("/")).text();
  const [, address = ""] = /src="(\/__edgesmith\/built\/[^"]+\.js)"/.exec(html) ?? [];
  const script = await (await app.page(address)).text();
  expect(script).toMatch(/:host \{ border: 0 \}[\s\S]*\.flex\{display:flex;?\}/);
  expect(script).toContain(String.raw`.sm\\:p-7`);
  expect(script).not.toContain("@unocss-placeholder");
});

it("A configuration in the plugin's options is honoured, and completed by the file of one", async () => {
  const inline = `import vue from "@vitejs/plugin-vue";
import { presetWind3 } from "unocss";
import UnoCSS from "unocss/vite";
export default ({ mode }) => ({
  plugins: [vue(), UnoCSS({
    presets: [presetWind3()],
    rules: [[/^round-(\\d+)$/, ([, size]) => ({ "border-radius": size + "px" })]],
    shortcuts: { [mode === "production" ? "own" : "other"]: "m-11px round-7" },
    content: { pipeline: { include: [/\\.js$/] } },
  })],
});`;
  const files = {
    "package.json": JSON.stringify({ devDependencies: { unocss: "66.5.4" } }),
    "vite.config.js": inline,
    "index.html": '<!doctype html><body><i id="a"></i><script type="module" src="/main.js"></script>',
    "main.js": 'import "virtual:uno.css"; document.querySelector("#a").className = "own with";',
  };
  const sheetOf = async (more: Record<string, string>): Promise<string> => {
    const app = await preview({ ...files, ...more });
    expect(await app.publish(1)).toEqual({ ok: true, diagnostics: [] });
    const [, address = ""] = /href="([^"]+\.css)"/.exec(await app.publicText("/")) ?? [];
    return app.publicText(address);
  };
  const css = await sheetOf({});
  expect(css).toContain("margin:11px");
  expect(css).toContain("border-radius:7px");
  const both = await sheetOf({ "uno.config.js": 'export default { shortcuts: { with: "p-13px" } };' });
  expect(both).toContain("padding:13px");
  expect(both).not.toContain("margin:11px");
});
