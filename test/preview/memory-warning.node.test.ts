import { describe, expect, it } from "vitest";
import { memoryWarning } from "../../preview/engine/memory-warning.ts";

const input = (bytes: number) => ({ bytes, imports: [] });

describe("the memory that a bundle takes", () => {
  it("A bundle that fits into a Worker has no warning", () => {
    expect(memoryWarning(90 * 2 ** 20, { "node_modules/mermaid/a.js": input(9_000_000) })).toBeNull();
  });

  it("A larger one is a warning with the two packages that have most code", () => {
    const warning = memoryWarning(436 * 2 ** 20, {
      "src/main.ts": input(90_000_000),
      "node_modules/@excalidraw/excalidraw/a.js": input(5_000_000),
      "node_modules/@excalidraw/excalidraw/b.js": input(3_000_000),
      "node_modules/a/node_modules/mermaid/c.js": input(9_140_000),
      "node_modules/react/d.js": input(20_000),
    });
    expect(warning).toBe(
      "Bundling needed 457 MB of memory. A Cloudflare Worker has 128 MB for the whole build, so publishing may fail there. Most of its code is of mermaid (9.1 MB) and @excalidraw/excalidraw (8.0 MB): take a smaller package, or load it from another host.",
    );
  });

  it("One without large packages names none", () => {
    const inputs = { "src/main.ts": input(90_000_000), "node_modules/react-dom/a.js": input(500_000) };
    expect(memoryWarning(2 ** 27, inputs)).toMatch(/publishing may fail there\.$/);
  });
});
