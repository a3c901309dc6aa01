import { describe, expect, it } from "vitest";
import { serversNotRun, surelyUnsupported, unsupportedFramework } from "../../preview/project/frameworks.ts";

const found = (name: string, path = "src/main.ts") =>
  unsupportedFramework(new Map([[path, ""]]), { [name]: "^1.0.0" })?.diagnostic.message ?? null;

describe("a framework that cannot run here", () => {
  it.each([
    ["waku", "This is a Waku project."],
    ["umi", "This is an Umi project."],
    ["ember-source", "This is an Ember project."],
    ["electron-vite", "This is an Electron project."],
    ["wxt", "This is a WXT project."],
    ["@quasar/app-vite", "This is a Quasar CLI project."],
    ["electron", "This is an Electron project."],
    ["react-native", "This is a React Native project."],
    ["nitropack", "This is a Nitro project."],
    ["elysia", "This is an Elysia project."],
    ["@analogjs/platform", "This is an Analog project."],
  ])("A dependency on %s is named with the prompt that converts it", (name, sentence) => {
    expect(found(name)).toMatch(
      new RegExp(`^${sentence} .* Edgesmith cannot run\\. Ask an agent to convert it: ".+"$`),
    );
  });

  it("A framework whose package a plain Vite project may have too is known by its files alone", () => {
    expect(found("vike")).toBeNull();
    expect(found("vike", "pages/index/+Page.tsx")).toContain("This is a Vike project.");
    expect(found("@rsbuild/core")).toBeNull();
    expect(found("@rsbuild/core", "rsbuild.config.ts")).toContain("This is a Rsbuild project.");
  });
});

describe("a framework that is sure before packages are planned", () => {
  const surely = (paths: string[], name: string) =>
    surelyUnsupported(new Map(paths.map((path) => [path, ""])), { [name]: "^1.0.0" })?.name ?? null;

  it("A project without a page of its own is its framework's, also beside the page that the framework fills", () => {
    expect(surely(["app/page.tsx"], "next")).toBe("Next.js");
    expect(surely(["src/app.html", "src/routes/+page.svelte", "vite.config.ts"], "@sveltejs/kit")).toBe("SvelteKit");
    expect(surely(["src/index.html", "src/main.ts"], "@angular/core")).toBe("Angular");
  });

  it("A page, a static output or a server that may run here leaves it open", () => {
    for (const path of ["index.html", "out/index.html", "src/server.ts", "wrangler.jsonc", "functions/api.ts"])
      expect(surely(["app/page.tsx", path], "next")).toBeNull();
    expect(surely(["server.js"], "express")).toBeNull();
  });
});

describe("a server for Node.js beside pages", () => {
  const server = { "server/index.ts": 'import fs from "node:fs";\nimport express from "express";\n' };
  const said = (files: Record<string, string>, dependencies: Record<string, string>, hasServer = false) =>
    serversNotRun(new Map(Object.entries(files)), dependencies, hasServer);

  it("A server that imports Express is a warning with the prompt that converts it", () => {
    expect(said(server, { express: "^4.21.2" })).toEqual([
      {
        path: "server/index.ts",
        line: 2,
        column: 8,
        severity: "warning",
        message:
          'Edgesmith does not run the Express server in server/index.ts, so requests to it fail. Ask an agent to convert it: "Convert the Express server of this project, which begins in server/index.ts, to src/server.ts."',
        suggestedPrompt:
          "Convert the Express server of this project, which begins in server/index.ts, to src/server.ts.",
      },
    ]);
  });

  it("A library that nothing but a test imports, or that package.json does not name, is none", () => {
    expect(said({ "test/api.test.ts": server["server/index.ts"] }, { express: "^4.21.2" })).toEqual([]);
    expect(said(server, {})).toEqual([]);
  });

  it("Nothing is said where another server of the project runs", () => {
    expect(said(server, { express: "^4.21.2" }, true)).toEqual([]);
  });
});
