import { describe, expect, it } from "vitest";
import { svgExportsOf } from "../../preview/project/svg-modules.ts";

const version = (one: string | null) => () => one;
const withPlugin = (name: string, options: unknown, one: string | null) =>
  svgExportsOf(
    [
      { name: "@vitejs/plugin-react", options: undefined },
      { name, options },
    ],
    version(one),
  );

describe("a plain import of an SVG", () => {
  it("It is an address without a plugin, and with svgr of version 4 unless its option includes every SVG", () => {
    expect(svgExportsOf([], version(null))).toBeNull();
    expect(withPlugin("vite-plugin-svgr", undefined, "4.3.0")).toBeNull();
    expect(withPlugin("vite-plugin-svgr", { include: "**/*.svg?react" }, "4.3.0")).toBeNull();
    expect(withPlugin("vite-plugin-svgr", { include: "**/*.svg" }, "4.3.0")).toBe("component");
  });

  it("It has a component by name with svgr before version 4, or as its default where that is asked for", () => {
    expect(withPlugin("vite-plugin-svgr", undefined, "^2.4.0")).toBe("component-and-address");
    expect(withPlugin("vite-plugin-svgr", { exportAsDefault: true }, "3.0.0")).toBe("component");
  });

  it("It is a component with vite-svg-loader, or the address or text that its option asks for", () => {
    expect(withPlugin("vite-svg-loader", undefined, "5.1.0")).toBe("component");
    expect(withPlugin("vite-svg-loader", { defaultImport: "url" }, "5.1.0")).toBeNull();
    expect(withPlugin("vite-svg-loader", { defaultImport: "raw" }, "5.1.0")).toBe("text");
  });
});
