import { describe, expect, it } from "vitest";
import type { Data } from "../../../preview/vite/config-data.ts";
import { defaultSettings, pluginSettingsOf, type ViteSettings } from "../../../preview/vite/index.ts";

const path = "vite.config.js";
const FILES = new Map([[path, "export default { plugins: [one()] };\n"]]);
const settingsAfter = (config: Data, first: Partial<ViteSettings> = {}) =>
  pluginSettingsOf(config, { ...defaultSettings(), ...first, path }, FILES, "build");

describe("pluginSettingsOf", () => {
  it("pluginSettingsOf returns the settings that plugins change, and no others", () => {
    const config: Data = {
      envPrefix: ["APP_"],
      base: "/repo/",
      publicDir: "static",
      css: { preprocessorOptions: { scss: { additionalData: "$a: 1;", loadPaths: ["styles"] } } },
      build: { target: "es2020" },
      esbuild: { jsxFactory: "h", jsxFragment: "Fragment" },
      resolve: { dedupe: ["react"], alias: { "@": "/src" } },
      define: { __A__: "1" },
    };
    const { changed, alias, define, warnings } = settingsAfter(config, { envPrefix: ["VITE_"], dedupe: ["react"] });
    expect(changed).toEqual({
      envPrefix: ["APP_"],
      base: "/repo/",
      publicDir: "static",
      preprocessorOptions: { scss: { additionalData: "$a: 1;", loadPaths: ["styles"] } },
      target: ["es2020"],
      jsx: { factory: "h", fragment: "Fragment" },
    });
    expect([alias, define, warnings]).toEqual([[{ find: "@", replacement: "/src" }], { __A__: "1" }, []]);
  });

  it("pluginSettingsOf keeps the JSX of a plugin for React, which the configuration has no more", () => {
    const plugins = [{ name: "@vitejs/plugin-react", options: { jsxImportSource: "@emotion/react" } }];
    expect(settingsAfter({}, { plugins, jsx: { importSource: "@emotion/react" } }).changed).toEqual({});
  });

  it("pluginSettingsOf has names of classes made by the packages of the configuration", () => {
    const config: Data = { css: { modules: { generateScopedName: "[local]-[hash:4]" } } };
    expect(settingsAfter(config).changed).toEqual({ cssModules: { naming: "code" } });
    expect(settingsAfter(config, { cssModules: { naming: "patterns" } }).changed).toEqual({});
  });

  it("pluginSettingsOf warns of plugins of PostCSS that a package adds", () => {
    const config: Data = { css: { postcss: { plugins: [{ $: "function", name: "nesting" }] } } };
    const message =
      "A plugin of vite.config.js adds plugins of PostCSS, which are not run here. Put them into postcss.config.js.";
    expect(settingsAfter(config).warnings).toEqual([{ path, line: 1, column: 18, severity: "warning", message }]);
    const given: Data[] = [{ $: "package", name: "postcss-nesting", path: [], args: [] }];
    expect(settingsAfter(config, { postcss: { plugins: given, path } }).warnings).toEqual([]);
  });
});
