import { describe, expect, it } from "vitest";
import { importMapAliases } from "../../preview/project/import-maps.ts";
import { applyAlias } from "../../preview/vite/index.ts";

const none = { fields: {}, dependencies: {}, all: {}, overrides: undefined };
const page = (imports: unknown): string => `<script type="importmap">${JSON.stringify({ imports })}</script>`;

describe("the import map of a page", () => {
  it("Names lead to other hosts and to files beside the page, and one with a slash is a prefix", () => {
    const imports = {
      three: "https://cdn.example.com/three@1/build/three.module.js",
      "three/addons/": "https://cdn.example.com/three@1/examples/",
      "app/": "./lib/",
      config: "/config.js",
      $cash: "./price$1.js",
    };
    const aliases = importMapAliases(new Map([["demo/index.html", page(imports)]]), none);
    const resolved = (name: string) => applyAlias(name, aliases);
    expect(resolved("three")).toBe("https://cdn.example.com/three@1/build/three.module.js");
    expect(resolved("three/addons/controls.js")).toBe("https://cdn.example.com/three@1/examples/controls.js");
    expect(resolved("app/a.js")).toBe("/demo/lib/a.js");
    expect(resolved("config")).toBe("/config.js");
    expect(resolved("$cash")).toBe("/demo/price$1.js");
    expect(resolved("three/other.js")).toBeNull();
  });

  it("A package of package.json goes before the map, and a map that is not JSON counts as none", () => {
    const imports = {
      react: "https://cdn.example.com/react",
      "react/": "https://cdn.example.com/react/",
      other: "./o.js",
    };
    const files = new Map([
      ["index.html", page(imports)],
      ["broken.html", '<script type="importmap">{ nothing</script>'],
    ]);
    const aliases = importMapAliases(files, { ...none, all: { react: "^19.0.0" } });
    expect(applyAlias("react", aliases)).toBeNull();
    expect(applyAlias("react/jsx-runtime", aliases)).toBeNull();
    expect(applyAlias("other", aliases)).toBe("/o.js");
  });
});
