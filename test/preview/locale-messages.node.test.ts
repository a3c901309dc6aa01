import { expect, it } from "vitest";
import { localeMessages } from "../../preview/project/locale-messages.ts";

const plugin = (include: string[]) => [{ name: "@intlify/unplugin-vue-i18n/vite", options: { include } }];
const files = new Map([
  ["src/locales/en.json", '{"hello": "Hello"}'],
  ["src/locales/de.yaml", "hello: Hallo\nmore:\n  deep: deep"],
  ["src/locales/broken.yml", "a: ["],
  ["src/locales/alias.yml", "a: *new*"],
  ["src/locales/readme.md", "# Locales"],
  ["src/other/fr.json", '{"hello": "Bonjour"}'],
]);

it("localeMessages joins the locale files of its patterns by their names, and passes YAML on as JSON", () => {
  const { modules, files: written } = localeMessages(plugin(["/project/src/locales/**"]), files);
  const messages = { en: { hello: "Hello" }, de: { hello: "Hallo", more: { deep: "deep" } }, broken: {}, alias: {} };
  const module = modules.get("@intlify/unplugin-vue-i18n/messages") ?? "";
  expect(JSON.parse(module.slice("export default ".length, -2))).toEqual(messages);
  expect([...written]).toEqual([
    ["src/locales/de.yaml", '{"hello":"Hallo","more":{"deep":"deep"}}'],
    ["src/locales/broken.yml", "{}"],
    ["src/locales/alias.yml", "{}"],
  ]);
});

it("localeMessages makes no module without the plugin, without patterns, or for a pattern that could take very long", () => {
  expect(localeMessages([], files).modules.size).toBe(0);
  expect(localeMessages(plugin([]), files).modules.size).toBe(0);
  expect(localeMessages(plugin(["src/".concat("{a,b}{c,d}".repeat(40))]), files).modules.size).toBe(0);
});
