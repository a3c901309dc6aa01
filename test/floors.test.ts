import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, expect, it } from "vitest";
import { version } from "../worker/config/version.ts";

const root = join(import.meta.dirname, "..");

/** The floors of worker/, top down: a room imports only rooms above it. `http` and `index.ts` stand at the bottom. */
const floors = [
  "errors.ts",
  "config",
  "contract",
  "monitoring",
  "database",
  "limits",
  "accounts",
  "webhooks",
  "projects",
  "preview",
  "agents",
  "runs",
  "http",
  "index.ts",
];

type Import = { from: string; to: string };

const sources = (folder: string): string[] =>
  readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((file) => !/(^|\/)(node_modules|dist)\//.test(file));

/** Every relative import of a file, as paths from the root; type imports count too. */
function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), "utf8");
  const found = text.matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+)"/g);
  return [...found].map(([, to]) => ({ from: file, to: relative(root, join(root, dirname(file), String(to))) }));
}

const roomOf = (path: string): string => path.split("/")[1] ?? "";
const workerFiles = sources("worker");
const workerImports = workerFiles.flatMap(importsOf);

describe("the floors of worker/", () => {
  it("has every room on the list", () => {
    const rooms = new Set(workerFiles.map(roomOf));
    expect([...rooms].filter((room) => !floors.includes(room))).toEqual([]);
  });

  it("imports only rooms above", () => {
    const upward = workerImports.filter(({ from, to }) => {
      if (!to.startsWith("worker/") || roomOf(from) === roomOf(to)) return false;
      return floors.indexOf(roomOf(to)) > floors.indexOf(roomOf(from));
    });
    expect(upward).toEqual([]);
  });

  // http is the bottom and has no door of its own: only worker/index.ts comes in.
  it("enters a room through its index.ts", () => {
    const inside = workerImports.filter(({ from, to }) => {
      const isOther = to.startsWith("worker/") && roomOf(from) !== roomOf(to) && to.split("/").length > 2;
      return isOther && !to.endsWith("/index.ts") && roomOf(to) !== "http";
    });
    expect(inside).toEqual([]);
  });

  it("has no import cycle between files", () => {
    const graph = new Map<string, string[]>();
    for (const { from, to } of workerImports) graph.set(from, [...(graph.get(from) ?? []), to]);
    expect(cycleIn(graph)).toEqual([]);
  });

  it("names Neon in the database room alone", () => {
    const naming = workerFiles.filter((file) => readFileSync(join(root, file), "utf8").includes("@neondatabase"));
    expect(naming.map(roomOf)).toEqual(naming.map(() => "database"));
  });
});

describe("what is shipped", () => {
  const shipped = ["worker", "preview", "frontend"].flatMap(sources);

  it("imports nothing of dev/, test/ or bench/", () => {
    const wrong = shipped.flatMap(importsOf).filter(({ to }) => /^(dev|test|bench)\//.test(to));
    expect(wrong).toEqual([]);
  });

  it("reaches from the front end and the preview Worker into the contract alone", () => {
    const across = ["preview", "frontend"]
      .flatMap(sources)
      .flatMap(importsOf)
      .filter(({ to }) => to.startsWith("worker/"));
    expect(across.filter(({ to }) => !to.startsWith("worker/contract/"))).toEqual([]);
  });

  it("has no utils, lib, helpers or common", () => {
    expect(shipped.filter((file) => /\/(utils?|lib|helpers?|common)(\/|\.tsx?$)/.test(file))).toEqual([]);
  });

  it("has no file over 300 lines", () => {
    const long = [...shipped, ...sources("dev")].filter(
      (file) => readFileSync(join(root, file), "utf8").split("\n").length > 301,
    );
    expect(long).toEqual([]);
  });

  it("tells the version that package.json has", () => {
    const manifest: { version: string } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    expect(version).toBe(manifest.version);
  });
});

/** The files of a cycle, or none. */
function cycleIn(graph: Map<string, string[]>): string[] {
  const done = new Set<string>();
  const visit = (file: string, trail: string[]): string[] => {
    if (trail.includes(file)) return [...trail.slice(trail.indexOf(file)), file];
    if (done.has(file)) return [];
    for (const next of graph.get(file) ?? []) {
      const found = visit(next, [...trail, file]);
      if (found.length > 0) return found;
    }
    done.add(file);
    return [];
  };
  for (const file of graph.keys()) {
    const found = visit(file, []);
    if (found.length > 0) return found;
  }
  return [];
}
