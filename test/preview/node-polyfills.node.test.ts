import { describe, expect, it } from "vitest";
import { nodePolyfills, polyfillRanges } from "../../preview/packages/node-polyfills.ts";

const plugin = { "vite-plugin-node-polyfills": "^0.24.0" };

describe("Node's modules in pages", () => {
  it("Those that the app imports, and those behind the globals, have a package where a plugin asks for it", () => {
    const files = new Map([["src/main.ts", 'import "node:crypto"; import { join } from "path"; import "fs";']]);
    expect(Object.fromEntries(nodePolyfills(files, plugin))).toEqual({
      buffer: "buffer",
      crypto: "crypto-browserify",
      path: "path-browserify",
      process: "process/browser",
    });
    expect(Object.keys(polyfillRanges(files, plugin)).sort()).toEqual([
      "buffer",
      "crypto-browserify",
      "path-browserify",
      "process",
    ]);
  });

  it("A range of package.json goes before the plugin's, and without a plugin there is no package", () => {
    const files = new Map([["src/main.ts", ""]]);
    expect(polyfillRanges(files, { ...plugin, buffer: "^6.0.3" })).toMatchObject({ buffer: "^6.0.3" });
    expect(polyfillRanges(files, { buffer: "^6.0.3" })).toEqual({});
  });
});
