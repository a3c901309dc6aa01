import { describe, expect, it } from "vitest";
import { optionsIn, parserFor } from "../../frontend/src/files/format-options.ts";

describe("a project's formatting", () => {
  it("optionsIn returns the options that a project may set, and none that load code", () => {
    const text = '{"semi": false, "printWidth": 100, "plugins": ["./evil.js"], "parser": "x", "overrides": []}';
    expect(optionsIn(".prettierrc", text)).toEqual({ semi: false, printWidth: 100 });
  });

  it("optionsIn turns formatting on for a .prettierrc even in YAML, and for package.json only if it has options", () => {
    expect(optionsIn(".prettierrc", "semi: false")).toEqual({});
    expect(optionsIn("package.json", '{"name": "app"}')).toBeNull();
    expect(optionsIn("package.json", '{"prettier": {"tabWidth": 4}}')).toEqual({ tabWidth: 4 });
    expect(optionsIn("package.json", '{"prettier": "@company/config"}')).toBeNull();
  });

  it("parserFor knows a language by its extension, and null for others", () => {
    expect(parserFor("src/App.tsx")).toBe("typescript");
    expect(parserFor("logo.SVG")).toBeNull();
    expect(parserFor("Makefile")).toBeNull();
  });
});
