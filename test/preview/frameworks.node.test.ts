import { describe, expect, it } from "vitest";
import { unsupportedFramework } from "../../preview/project/frameworks.ts";

const found = (name: string, path = "src/main.ts") =>
  unsupportedFramework(new Map([[path, ""]]), { [name]: "^1.0.0" })?.diagnostic.message ?? null;

describe("a framework that cannot run here", () => {
  it.each([
    ["waku", "This is a Waku project."],
    ["umi", "This is an Umi project."],
    ["ember-source", "This is an Ember project."],
    ["electron-vite", "This is an Electron project."],
    ["wxt", "This is a WXT project."],
  ])("A dependency on %s is named with the prompt that converts it", (name, sentence) => {
    expect(found(name)).toMatch(new RegExp(`^${sentence} .* cannot run here\\. Ask an agent to convert it: ".+"$`));
  });

  it("A framework whose package a plain Vite project may have too is known by its files alone", () => {
    expect(found("vike")).toBeNull();
    expect(found("vike", "pages/index/+Page.tsx")).toContain("This is a Vike project.");
    expect(found("@rsbuild/core")).toBeNull();
    expect(found("@rsbuild/core", "rsbuild.config.ts")).toContain("This is a Rsbuild project.");
  });
});
