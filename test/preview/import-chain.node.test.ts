import { describe, expect, it } from "vitest";
import { tooLongChain } from "../../preview/project/import-chain.ts";

const COUNT = 10_000;
const modules = (code: (index: number) => string): Map<string, string> =>
  new Map(Array.from({ length: COUNT }, (_, index) => [`src/m${index}.ts`, code(index)]));

describe("tooLongChain", () => {
  it("tooLongChain finds a chain of 10,000 modules, whichever of its files comes first", () => {
    const forward = modules((index) => `import "./m${index + 1}";`);
    const backward = modules((index) => (index === 0 ? "" : `export * from "./m${index - 1}.js";`));
    expect(tooLongChain(forward)?.message).toContain("More than 7,000 modules");
    expect(tooLongChain(backward)?.path).toBe(`src/m${COUNT - 1}.ts`);
  });

  it("tooLongChain accepts 10,000 modules that one file imports, pairs that import each other, and lazy imports", () => {
    const wide = new Map([
      ["src/main.ts", Array.from({ length: COUNT }, (_, n) => `import "./m${n}";`).join("\n")],
      ...modules(() => ""),
    ]);
    expect(tooLongChain(wide)).toBeNull();
    expect(tooLongChain(modules((index) => `import "./m${index ^ 1}";`))).toBeNull();
    expect(tooLongChain(modules((index) => `void import("./m${index + 1}");`))).toBeNull();
  });
});
