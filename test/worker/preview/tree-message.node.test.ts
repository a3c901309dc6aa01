import { describe, expect, it } from "vitest";
import type { SourceTree } from "../../../worker/contract/index.ts";
import { treeMessage } from "../../../worker/preview/tree-message.ts";

const tree = (...files: SourceTree["files"]): SourceTree => ({ projectId: "prj_1", revision: 1, files });
const asset = (path: string, length: number) => ({ path, content: "A".repeat(length), encoding: "base64" as const });
const text = (path: string, content: string) => ({ path, content, encoding: "utf-8" as const });

describe("treeMessage", () => {
  it("treeMessage sends a tree that fits in one message unchanged", () => {
    const whole = tree(text("a.ts", "let a"), asset("a.png", 8));
    expect(treeMessage(whole, 13)).toBe(whole);
  });

  it("treeMessage leaves out the largest assets and no source until the rest fits", () => {
    const sent = treeMessage(
      tree(text("a.ts", "x".repeat(40)), asset("b.glb", 24), asset("c.png", 8), asset("d.mp4", 16)),
      50,
    );
    expect(sent.files.map(({ path }) => path)).toEqual(["a.ts", "c.png"]);
    expect(sent.beyond).toEqual([
      { path: "b.glb", bytes: 18 },
      { path: "d.mp4", bytes: 12 },
    ]);
  });

  it("treeMessage first leaves out the assets that no source can name, where none looks for files by a pattern", () => {
    const assets = [
      asset("public/film.mp4", 16),
      asset("src/used.png", 12),
      asset("attached_assets/chat.png", 8),
      asset("attached_assets/older chat.png", 4),
    ];
    const importing = (code: string) => tree(text("package.json", ""), text("src/a.ts", code), ...assets);
    const left = (code: string, maxBytes: number) =>
      treeMessage(importing(code), maxBytes).beyond?.map(({ path }) => path);
    const code = 'import "./used.png";';
    expect(left(code, code.length + 28)).toEqual(["attached_assets/chat.png", "attached_assets/older chat.png"]);
    expect(left(code, code.length + 27)).toEqual([
      "attached_assets/chat.png",
      "attached_assets/older chat.png",
      "public/film.mp4",
    ]);
    const site = tree(text("a.html", code), ...assets);
    expect(treeMessage(site, code.length + 28).beyond?.map(({ path }) => path)).toEqual(["public/film.mp4"]);
    const globbed = `${code} import.meta.glob("../attached_assets/*");`;
    expect(left(globbed, globbed.length + 28)).toEqual(["public/film.mp4"]);
  });

  it("treeMessage counts a text with characters beyond Latin-1 twice, as the runtime sends it", () => {
    const files = [text("a.ts", "x".repeat(9).concat("→")), asset("c.png", 8)];
    expect(treeMessage(tree(...files), 27).beyond).toEqual([{ path: "c.png", bytes: 6 }]);
    expect(treeMessage(tree(...files), 28).beyond).toBeUndefined();
  });
});
