import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findLocks, readLocks } from "../../preview/packages/lock-files.ts";

const LOCKS = join(import.meta.dirname, "locks");
const kinds = readdirSync(LOCKS, { withFileTypes: true }).filter((entry) => entry.isDirectory());

type Edge = { folder: string; parentKey: string; kind: string; name: string; range: string; version: string };

/** A project as `make-locks.ts` created it, and the version that its package manager installed for each dependency. */
function projectOf(kind: string) {
  const files = new Map<string, string>();
  for (const entry of readdirSync(join(LOCKS, kind), { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile()) files.set(path.slice(join(LOCKS, kind).length + 1), readFileSync(path, "utf8"));
  }
  const lines = (files.get("edges.tsv") ?? "").trimEnd().split("\n");
  const edges = lines.map((line): Edge => {
    const [folder = "", parentKey = "", kind = "", name = "", range = "", version = ""] = line.split("\t");
    return { folder, parentKey, kind, name, range, version };
  });
  const overridden = /"loose-envify": "1.3.1"/.test(files.get("package.json") ?? "");
  const effective = edges.map((edge) =>
    overridden && edge.name === "loose-envify" ? { ...edge, range: "1.3.1" } : edge,
  );
  const root = kind.endsWith("workspace") ? "apps/web" : "";
  // A yarn.lock has no peers: the project's own version counts.
  const locked = kind.startsWith("yarn") ? effective.filter((edge) => edge.kind !== "peerDependencies") : effective;
  return { files, root, edges: locked };
}

describe.each(kinds.map(({ name }) => name))("the lock that %s wrote", (kind) => {
  const { files, root, edges } = projectOf(kind);
  const lock = readLocks(files, root);

  it("a lock gives each dependency the version that the package manager installed, wherever the plan puts its parent", () => {
    expect(edges.length).toBeGreaterThan(3);
    const anyFolder = fc.constantFrom("node_modules/elsewhere", "node_modules/x/node_modules/y");
    fc.assert(
      fc.property(fc.constantFrom(...edges), fc.option(anyFolder), (edge, elsewhere) => {
        const parent = edge.parentKey === "" ? "" : (elsewhere ?? edge.folder);
        const request = { name: edge.name, range: edge.range, parent, parentKey: edge.parentKey || null };
        expect(lock?.version(request)?.version, JSON.stringify(edge)).toBe(edge.version);
      }),
      { numRuns: edges.length * 4 },
    );
  });

  it("a lock leaves dependencies open that it has no version for", () => {
    const ranges = ["^98.0.0", "git+https://a.example/b.git", "npm:other@1", "file:../x", "workspace:*", ""];
    for (const { name, parentKey } of edges) {
      for (const range of ranges) {
        const version = lock?.version({ name: `${name}-none`, range, parent: "", parentKey: parentKey || null });
        expect(version).toBeNull();
        if (range !== "") expect(lock?.version({ name, range, parent: "", parentKey: null }) ?? null).toBeNull();
      }
    }
  });

  it("a lock has the integrity of every archive, when its format includes it", () => {
    for (const edge of edges) {
      const found = lock?.version({ ...edge, parent: edge.folder, parentKey: edge.parentKey || null });
      if (kind.startsWith("yarn-berry")) expect(found?.integrity).toBeUndefined();
      else expect(found?.integrity, JSON.stringify(edge)).toMatch(/^sha512-/);
    }
  });
});

describe("a project's lock", () => {
  const single = projectOf("npm-3-single").files;
  const manifest = single.get("package.json") ?? "";
  const react = { name: "react", range: "^18.0.0", parent: "", parentKey: null };

  it("a project's lock is the one that covers most of package.json's dependencies", () => {
    const stale = projectOf("pnpm-9-workspace").files.get("pnpm-lock.yaml") ?? "";
    const files = new Map([
      ["package.json", manifest],
      ["pnpm-lock.yaml", stale],
      ["package-lock.json", single.get("package-lock.json") ?? ""],
    ]);
    expect(readLocks(files, "")?.source).toBe("package-lock.json");
    expect(readLocks(new Map([...files].reverse()), "")?.source).toBe("package-lock.json");
  });

  it("an unreadable lock is a warning with its path", () => {
    const broken = {
      "package-lock.json": "<<<<<<< HEAD\n{}",
      "pnpm-lock.yaml": "a: [",
      "bun.lock": "{",
      "yarn.lock": "",
    };
    const { lock, diagnostics } = findLocks(new Map([["package.json", manifest], ...Object.entries(broken)]), "");
    expect(lock).toBeNull();
    expect(diagnostics.map(({ path, severity }) => `${severity} ${path}`)).toEqual([
      "warning /package-lock.json",
      "warning /pnpm-lock.yaml",
      "warning /bun.lock",
    ]);
  });

  it("a lock gives no dependency a version outside its range", () => {
    const files = new Map([...single, ["package.json", manifest.replace('"^18.0.0"', '"^19.0.0"')]]);
    const lock = readLocks(files, "");
    expect(lock?.version({ ...react, range: "^19.0.0" })).toBeNull();
    expect(lock?.version({ ...react, name: "zustand", range: "^4.0.0" })?.version).toBe("4.4.1");
  });

  it("a lock of pnpm that names another registry before each package gives its versions", () => {
    const host = "registry.example.com";
    const at5 = (name: string, version: string): string => `${host}/${name}/${version}`;
    const at6 = (name: string, version: string): string => `${host}/${name}@${version}`;
    for (const [format, at, peer] of [
      ["5.4", at5, "_react@18.2.0"],
      ["'6.0'", at6, "(react@18.2.0)"],
    ] as const) {
      const lines = [
        `lockfileVersion: ${format}`,
        "specifiers:",
        "  '@scope/button': ^1.0.0",
        "dependencies:",
        `  '@scope/button': ${at("@scope/button", `1.0.1${peer}`)}`,
        "packages:",
        `  ${at("@scope/button", `1.0.1${peer}`)}:`,
        "    resolution: {integrity: sha512-YQ==}",
        "    dependencies:",
        `      lodash.debounce: ${at("lodash.debounce", "4.0.8")}`,
        `  ${at("lodash.debounce", "4.0.8")}:`,
        "    resolution: {integrity: sha512-Yg==}",
      ];
      const manifest = JSON.stringify({ dependencies: { "@scope/button": "^1.0.0" } });
      const lock = readLocks(
        new Map([
          ["package.json", manifest],
          ["pnpm-lock.yaml", lines.join("\n")],
        ]),
        "",
      );
      const own = { name: "@scope/button", range: "^1.0.0", parent: "", parentKey: null };
      expect(lock?.version(own)).toEqual({ version: "1.0.1", integrity: "sha512-YQ==" });
      const inner = { name: "lodash.debounce", range: "^4.0.0", parent: "", parentKey: "@scope/button@1.0.1" };
      expect(lock?.version(inner)).toEqual({ version: "4.0.8", integrity: "sha512-Yg==" });
    }
  });

  it("a lock file may contain any text", () => {
    const names = ["package-lock.json", "pnpm-lock.yaml", "yarn.lock", "bun.lock", "npm-shrinkwrap.json"];
    const text = fc.oneof(
      fc.string(),
      fc.json(),
      fc.constantFrom("packages: 1", "packages: *all", '{"packages":{"a":1,"node_modules/b":[]}}'),
    );
    fc.assert(
      fc.property(fc.constantFrom(...names), text, (name, content) => {
        const { lock } = findLocks(
          new Map([
            ["package.json", manifest],
            [name, content],
          ]),
          "",
        );
        expect(lock?.version(react) ?? null).toBeNull();
      }),
    );
  });
});
