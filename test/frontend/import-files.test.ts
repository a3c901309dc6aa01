import { describe, expect, it } from "vitest";
import { rootIn, withRoot } from "../../frontend/src/projects/edit-root.ts";
import { type FolderFile, readChosen, readEntries } from "../../frontend/src/projects/folder-files.ts";
import { byReason, isMissed, nameFromFile } from "../../frontend/src/projects/import-labels.ts";
import { chooseFiles, zipFolder } from "../../frontend/src/projects/zip-folder.ts";
import { unzipByHand } from "../properties/unzip.ts";

type Entry = Parameters<typeof readEntries>[0][number];
type Tree = { [name: string]: Tree | string };

/**
 * Mimics a browser's entry of a dropped folder. Its reader returns two entries per call, where Chromium returns a
 * hundred.
 */
function entryOf(name: string, content: Tree | string): Entry {
  if (typeof content === "string") {
    const file = (resolve: (file: File) => void) => resolve(new File([content], name));
    return Object.assign(Object.create(null), { name, isFile: true, isDirectory: false, file });
  }
  const createReader = () => {
    const left = Object.entries(content).map(([child, inside]) => entryOf(child, inside));
    return { readEntries: (resolve: (some: Entry[]) => void) => resolve(left.splice(0, 2)) };
  };
  return Object.assign(Object.create(null), { name, isFile: false, isDirectory: true, createReader });
}

const pathsOf = (files: FolderFile[]) => files.map(({ path }) => path);
const sized = (path: string, bytes: number): FolderFile => ({ path, file: new File([new Uint8Array(bytes)], path) });

describe("a dropped folder", () => {
  it("readEntries reads a dropped folder with all of its folders, however many calls that takes", async () => {
    const tree = { "a.ts": "a", "b.ts": "b", "c.ts": "c", src: { "d.ts": "d", lib: { "e.ts": "e" } } };
    const files = await readEntries([entryOf("app", tree)]);
    expect(pathsOf(files)).toEqual(["app/a.ts", "app/b.ts", "app/c.ts", "app/src/d.ts", "app/src/lib/e.ts"]);
    expect(await files[4]?.file?.text()).toBe("e");
  });

  it("readEntries skips installed packages and version control, and lists them", async () => {
    const tree = { "a.ts": "a", node_modules: { x: "x" }, ".git": { HEAD: "x" }, lib: { node_modules: { y: "y" } } };
    expect(pathsOf(await readEntries([entryOf("app", tree)]))).toEqual([
      "app/a.ts",
      "app/node_modules/",
      "app/.git/",
      "app/lib/node_modules/",
    ]);
  });

  it("readChosen returns the same files for a folder chosen in a dialog", () => {
    const file = (path: string) => Object.assign(new File([], "x"), { webkitRelativePath: path });
    const chosen = ["app/a.ts", "app/node_modules/x/y.js", "app/node_modules/z.js", "app/.git/HEAD"].map(file);
    expect(pathsOf(readChosen(chosen))).toEqual(["app/a.ts", "app/node_modules/", "app/.git/"]);
  });
});

describe("the zip of a folder", () => {
  it("zipFolder packs the folder's files, and a skipped folder as an empty one", async () => {
    const files = [
      { path: "app/é.txt", file: new File(["text"], "é.txt") },
      { path: "app/node_modules/", file: null },
    ];
    const { archive, skipped } = await zipFolder(files);
    const entries = [...unzipByHand(new Uint8Array(await archive.arrayBuffer()))];
    expect(entries.map(([path, bytes]) => [path, new TextDecoder().decode(bytes)])).toEqual(
      expect.arrayContaining([["app/é.txt", "text"]]),
    );
    expect(skipped).toEqual([]);
  });

  it("chooseFiles skips the largest files that no plan allows, once they exceed the limit", () => {
    const megabyte = 1024 * 1024;
    const files = [sized("film.mp4", 7 * megabyte), sized("a.ts", 5), sized("song.mp3", 3 * megabyte)];
    const { sent, skipped } = chooseFiles(files);
    expect(pathsOf(sent)).toEqual(["a.ts", "song.mp3"]);
    expect(skipped).toEqual([{ path: "film.mp4", bytes: 7 * megabyte, reason: "file_too_large" }]);
  });
});

describe("what an import left out", () => {
  it("byReason groups an import's skipped files by reason, in the order of the response", () => {
    const skipped = [
      { path: "a.txt", bytes: 1, reason: "file_too_large" },
      { path: "dist/", bytes: 2, reason: "build_output" },
      { path: "b.txt", bytes: 3, reason: "file_too_large" },
    ] as const;
    expect(byReason(skipped).map(({ reason, files }) => [reason, files.map(({ path }) => path)])).toEqual([
      ["file_too_large", ["a.txt", "b.txt"]],
      ["build_output", ["dist/"]],
    ]);
    expect(skipped.map(isMissed)).toEqual([true, false, true]);
  });

  it("nameFromFile derives the project's name from the archive's or the folder's", () => {
    expect(nameFromFile("my-app-main.zip")).toBe("my-app-main");
    expect(nameFromFile("my-app.tar.gz")).toBe("my-app");
    expect(nameFromFile("my.app")).toBe("my.app");
    expect(nameFromFile(".zip")).toBe("Imported");
    expect(nameFromFile("x".repeat(200))).toHaveLength(100);
  });
});

describe("edgesmith.json", () => {
  it("withRoot keeps the other settings of edgesmith.json when another folder is chosen", () => {
    expect(JSON.parse(withRoot('{"theme":"dark","root":"a"}', "b"))).toEqual({ theme: "dark", root: "b" });
    expect(JSON.parse(withRoot("", ""))).toEqual({ root: "" });
    expect(rootIn(withRoot("{broken", "apps/web"))).toBe("apps/web");
  });

  it("rootIn returns null for an edgesmith.json that is invalid or has no folder", () => {
    for (const text of ["", "{broken", "[]", '{"root":1}']) expect(rootIn(text)).toBeNull();
  });
});
