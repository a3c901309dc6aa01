import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, expect, it } from "vitest";
import { version } from "../worker/config/version.ts";
import { cycleIn } from "./conventions/cycle-in.ts";

const root = join(import.meta.dirname, "..");

/** The modules of worker/ in order: each module imports only modules before it. */
const layers = [
  "errors.ts",
  "gunzip.ts",
  "config",
  "contract",
  "monitoring",
  "database",
  "metrics",
  "crypto",
  "billing",
  "limits",
  "accounts",
  "webhooks",
  "alerts",
  "projects",
  "sharing",
  "preview",
  "app-environment",
  "agents",
  "runs",
  "admin",
  "http",
  "index.ts",
];

type Import = { from: string; to: string };

const sources = (folder: string): string[] =>
  readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((file) => !/(^|\/)(node_modules|dist)\//.test(file));

/** Returns every relative import of a file as a path from the root, including type imports. */
function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), "utf8");
  const found = text.matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+)"/g);
  return [...found].map(([, to]) => ({ from: file, to: relative(root, join(root, dirname(file), String(to))) }));
}

const moduleOf = (path: string): string => path.split("/")[1] ?? "";
const workerFiles = sources("worker");
const workerImports = workerFiles.flatMap(importsOf);

describe("the layers of worker/", () => {
  it("The order of layers lists every module of worker/", () => {
    const modules = new Set(workerFiles.map(moduleOf));
    expect([...modules].filter((module) => !layers.includes(module))).toEqual([]);
  });

  it("every module has a README.md", () => {
    const modules = layers.filter((layer) => !layer.endsWith(".ts"));
    expect(modules.filter((module) => !existsSync(join(root, "worker", module, "README.md")))).toEqual([]);
  });

  it("a module imports only modules before it", () => {
    const wrong = workerImports.filter(({ from, to }) => {
      if (!to.startsWith("worker/") || moduleOf(from) === moduleOf(to)) return false;
      return layers.indexOf(moduleOf(to)) > layers.indexOf(moduleOf(from));
    });
    expect(wrong).toEqual([]);
  });

  // http is the last module and has no index.ts: only worker/index.ts imports it.
  it("a module is imported through its index.ts", () => {
    const inside = workerImports.filter(({ from, to }) => {
      const isOther = to.startsWith("worker/") && moduleOf(from) !== moduleOf(to) && to.split("/").length > 2;
      return isOther && !to.endsWith("/index.ts") && moduleOf(to) !== "http";
    });
    expect(inside).toEqual([]);
  });

  it("no file is part of an import cycle", () => {
    const graph = new Map<string, string[]>();
    for (const { from, to } of workerImports) graph.set(from, [...(graph.get(from) ?? []), to]);
    expect(cycleIn(graph)).toEqual([]);
  });

  it("the database module alone names Neon", () => {
    const naming = workerFiles.filter((file) => readFileSync(join(root, file), "utf8").includes("@neondatabase"));
    expect(naming.map(moduleOf)).toEqual(naming.map(() => "database"));
  });
});

describe("what is shipped", () => {
  const shipped = ["worker", "preview", "frontend"].flatMap(sources);

  it("The Worker imports nothing from dev/, test/ or bench/", () => {
    const wrong = shipped.flatMap(importsOf).filter(({ to }) => /^(dev|test|bench)\//.test(to));
    expect(wrong).toEqual([]);
  });

  it("The front end and the preview Worker import only the contract from worker/", () => {
    const across = ["preview", "frontend"]
      .flatMap(sources)
      .flatMap(importsOf)
      .filter(({ to }) => to.startsWith("worker/"));
    expect(across.filter(({ to }) => !to.startsWith("worker/contract/"))).toEqual([]);
  });

  it("The tree has no utils, lib, helpers or common", () => {
    expect(shipped.filter((file) => /\/(utils?|lib|helpers?|common)(\/|\.tsx?$)/.test(file))).toEqual([]);
  });

  it("The tree has no file over 300 lines", () => {
    const long = [...shipped, ...sources("dev")].filter(
      (file) => readFileSync(join(root, file), "utf8").split("\n").length > 301,
    );
    expect(long).toEqual([]);
  });

  it("The API document states the version of package.json", () => {
    const manifest: { version: string } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    expect(version).toBe(manifest.version);
  });
});
