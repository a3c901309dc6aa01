import { describe, expect, it } from "vitest";
import { InstalledPackages } from "../../preview/packages/installed-packages.ts";
import { copiedFiles } from "../../preview/project/copied-files.ts";
import { defaultSettings } from "../../preview/vite/vite-settings.ts";

const files = new Map([
  ["vite.config.js", 'viteStaticCopy({ targets: [{ src: "absent/*" }] })'],
  ["texts/a.txt", "a"],
  ["texts/deep/b.txt", "b"],
  ["public/kept/a.txt", "public"],
]);
const library = new Map([
  ["dist/images/pin.png", new Uint8Array([1])],
  ["dist/index.js", new Uint8Array([2])],
]);

const copies = async (
  version: string,
  targets: unknown[],
  { root = "", ...more }: Record<string, unknown> = {},
  added: ReadonlyMap<string, string> = new Map(),
) => {
  const options = { targets, ...more };
  const plugins = [{ name: "vite-plugin-static-copy", options }];
  const vite = { ...defaultSettings(), path: "vite.config.js", root: String(root), plugins };
  const installation = {
    versionOf: (name: string) => ({ "vite-plugin-static-copy": version, library: "1.0.0" })[name] ?? null,
    matching: async (name: string, isWanted: (path: string) => boolean) =>
      new InstalledPackages(
        new Map([[`node_modules/${name}`, new Map([...library].filter(([path]) => isWanted(path)))]]),
      ),
  };
  const { files: copied, diagnostics } = await copiedFiles({
    vite,
    files: new Map([...files, ...added]),
    installation,
  });
  return { addresses: [...copied.keys()].sort(), diagnostics, copied };
};

describe("copiedFiles", () => {
  it("copiedFiles keeps the folders of a target from version 4 on", async () => {
    expect((await copies("4.1.1", [{ src: "texts", dest: "to" }])).addresses).toEqual([
      "/to/texts/a.txt",
      "/to/texts/deep/b.txt",
    ]);
    const renamed = { src: "texts/**/*.txt", dest: "to", rename: { stripBase: 1 } };
    expect((await copies("^4.0.0", [renamed])).addresses).toEqual(["/to/a.txt", "/to/deep/b.txt"]);
    const named = { src: "texts/a.txt", dest: "", rename: { stripBase: true, name: "c.txt" } };
    expect((await copies("^4.0.0", [named])).addresses).toEqual(["/c.txt"]);
  });

  it("copiedFiles puts matched files and whole folders directly below the destination before version 4", async () => {
    const target = { src: ["texts/*"], dest: "to" };
    expect((await copies("^3.1.0", [target])).addresses).toEqual(["/to/a.txt", "/to/deep/b.txt"]);
    expect((await copies("^1.0.0", [target], { structured: true })).addresses).toEqual([
      "/to/texts/a.txt",
      "/to/texts/deep/b.txt",
    ]);
    expect((await copies("^3.1.0", [{ src: "texts/deep", dest: "to", rename: "other" }])).addresses).toEqual([
      "/to/other/b.txt",
    ]);
  });

  it("copiedFiles copies files of packages, by their folder wherever it is, and by the name that require.resolve returns", async () => {
    for (const src of [
      "node_modules/library/dist/images/*",
      "/project/node_modules/library/dist/images/*",
      "../../node_modules/library/dist/images/*",
      "library/dist/images/*",
    ])
      expect((await copies("3.0.0", [{ src, dest: "pins/" }])).addresses, src).toEqual(["/pins/pin.png"]);
  });

  it("copiedFiles reads targets from Vite's root and leaves out what a pattern excludes", async () => {
    const absolute = {
      src: ["/project/texts/**/*.txt", "!/project/texts/a.txt"],
      dest: "to",
      rename: { stripBase: true },
    };
    expect((await copies("4.0.0", [absolute], { root: "texts" })).addresses).toEqual(["/to/b.txt"]);
    expect((await copies("4.0.0", [{ src: "a.txt", dest: "to" }], { root: "texts" })).addresses).toEqual(["/to/a.txt"]);
  });

  it("copiedFiles keeps a public file of the same address where the target says so", async () => {
    const target = { src: "texts/a.txt", dest: "kept" };
    expect((await copies("3.0.0", [target])).copied.get("/kept/a.txt")).toBe("a");
    expect((await copies("3.0.0", [{ ...target, overwrite: false }])).addresses).toEqual([]);
  });

  it("copiedFiles says which files are missing, and why, where it cannot copy them as the plugin does", async () => {
    const called = { $: "function" };
    const messages = async (target: object) => (await copies("4.0.0", [{ dest: "to", ...target }])).diagnostics;
    expect(await messages({ src: "absent/*" })).toEqual([
      {
        path: "vite.config.js",
        line: 1,
        column: 36,
        severity: "warning",
        message: 'The plugin "vite-plugin-static-copy" found no files that match "absent/*".',
      },
    ]);
    expect((await messages({ src: "texts", rename: called }))[0]?.message).toContain(
      'The files of "texts" are missing',
    );
    expect((await messages({ src: "texts", transform: called }))[0]?.message).toContain("copied as they are");
    expect((await messages({ src: `texts/${"*a".repeat(9)}` }))[0]?.message).toContain("too many wildcards");
  });

  it("copiedFiles warns once of all files beyond its limit, and copies those before it", async () => {
    const large = new Map(["a", "b", "c"].map((name) => [`large/${name}.txt`, "x".repeat(13 * 2 ** 20)]));
    const { addresses, diagnostics } = await copies("4.0.0", [{ src: "large", dest: "" }], {}, large);
    expect(addresses).toEqual(["/large/a.txt"]);
    expect(diagnostics.map(({ message }) => message)).toEqual([
      expect.stringMatching(/copies exceed 24 MB\. Files from "\/?large\/b\.txt" on were skipped/),
    ]);
  });

  it("copiedFiles copies nothing to a destination outside of the output", async () => {
    for (const dest of ["../elsewhere", "/elsewhere"])
      expect((await copies("4.0.0", [{ src: "texts", dest }])).addresses).toEqual([]);
    expect((await copies("3.0.0", [{ src: "texts", dest: "/project/dist/in" }])).addresses).toContain(
      "/in/texts/a.txt",
    );
  });
});
