import { describe, expect, it } from "vitest";
import { type Installation, planInstallation } from "../../preview/packages/install-packages.ts";
import { Registry } from "../../preview/packages/registry.ts";
import { quasarComponents, quasarVariables } from "../../preview/project/quasar.ts";
import { assetUrlsOf } from "../../preview/project/vue-asset-urls.ts";

const NAMES = { QBtn: "QBtn", "q-btn": "QBtn", "v-close-popup": "ClosePopup" };

/** An installation with Quasar's list of names. */
async function installed(): Promise<Installation> {
  const nothing = await planInstallation({}, new Registry("http://registry.invalid"), null);
  const planned = { name: "quasar", version: "2.18.5", folder: "node_modules/quasar", dist: { tarball: "" } };
  const list = new TextEncoder().encode(JSON.stringify({ importName: NAMES }));
  return {
    ...nothing,
    packages: [planned] as unknown as Installation["packages"],
    filesOf: async () => new Map([["dist/transforms/auto-import.json", list]]),
  };
}

describe("Quasar's plugin", () => {
  it("Components are found as its option says that templates write them, and directives always", async () => {
    const button = { from: "quasar", name: "QBtn" };
    for (const [options, kebab, pascal] of [
      [{}, button, null],
      [{ autoImportComponentCase: "pascal" }, null, button],
      [{ autoImportComponentCase: "combined" }, button, button],
    ] as const) {
      const resolve = await quasarComponents(options, await installed());
      expect(resolve("QBtn", "q-btn")).toEqual(kebab);
      expect(resolve("QBtn", "QBtn")).toEqual(pascal);
      expect(resolve("vClosePopupDirective", "close-popup")).toEqual({ from: "quasar", name: "ClosePopup" });
      expect(resolve("QOwn", "q-own")).toBe(null);
      expect(resolve("vOwnDirective", "own")).toBe(null);
    }
  });

  it("Its variables come after the project's own, unless its option turns them off", () => {
    const variables = (options: unknown) => quasarVariables([{ name: "@quasar/vite-plugin", options }]);
    const own = "quasar/src/css/variables.sass";
    expect(variables({})).toEqual([own]);
    expect(variables({ sassVariables: "/project/src/a.sass" })).toEqual(["src/a.sass", own]);
    expect(variables({ sassVariables: "src/a.sass" })).toEqual(["src/a.sass", own]);
    expect(variables({ sassVariables: false })).toEqual([]);
    expect(quasarVariables([])).toEqual([]);
  });

  it("Images that its components name are files with its plugin alone", () => {
    const urls = assetUrlsOf([{ name: "@quasar/vite-plugin", options: {} }]);
    expect(urls["q-img"]).toEqual(["src", "placeholderSrc", "errorSrc", "placeholder-src", "error-src"]);
    expect(assetUrlsOf([])["q-img"]).toBeUndefined();
  });
});
