import { describe, expect, inject, it } from "vitest";
import { z } from "zod";
import { ArchiveMemory } from "../../preview/packages/archive-memory.ts";
import { PackageArchive } from "../../preview/packages/package-archive.ts";
import { GatheredReads } from "../../preview/packages/package-files.ts";
import { PackageUnavailable } from "../../preview/packages/package-unavailable.ts";
import { Registry } from "../../preview/packages/registry.ts";
import type { Clock } from "../../preview/packages/retry.ts";

const MEBIBYTE = 2 ** 20;
const Counts = z.object({ requests: z.record(z.string(), z.number()), maxOpen: z.number() });

/** A registry of test packages with memory of its own, whose waits are only recorded. */
function standIn(limit = 40 * MEBIBYTE) {
  const waits: number[] = [];
  const clock: Clock = { wait: async (ms) => waits.push(ms), random: () => 1 };
  const memory = new ArchiveMemory(limit);
  const registry = new Registry(inject("standInRegistry"), { clock, memory });
  const open = async (name: string): Promise<PackageArchive> => {
    const version = (await registry.packument(name)).versions.get("1.0.0");
    if (version === undefined) throw new Error(`${name} has no version`);
    return registry.open({ name, version: "1.0.0", dist: version.dist });
  };
  return { registry, open, memory, waits };
}

const counts = async () => Counts.parse(await (await fetch(`${inject("standInRegistry")}/-/requests`)).json());
const requestsOf = async (path: string) => (await counts()).requests[path] ?? 0;
const pathsOf = async (archive: PackageArchive) => (await archive.list()).map(({ path }) => path).sort();

describe("an archive of a package", () => {
  it("a small archive is fetched and unpacked once, and read from memory", async () => {
    const { open } = standIn();
    const archive = await open("postinstall");
    expect(await pathsOf(archive)).toEqual(["package.json", "steal.js"]);
    const files = await archive.read(["steal.js", "no-such-file.js"]);
    expect([...files.keys()]).toEqual(["steal.js"]);
    expect(new TextDecoder().decode(files.get("steal.js"))).toBe("1");
    expect(await requestsOf("/postinstall/-/postinstall-1.0.0.tgz")).toBe(1);
  });

  it("a large archive is indexed, and one download keeps only the files that are read", async () => {
    const { open, memory } = standIn();
    const archive = await open("large");
    const listed = await archive.list();
    expect(listed).toHaveLength(32);
    expect(listed.find(({ path }) => path === "part-3.js")?.size).toBe(MEBIBYTE);
    const part = (await archive.read(["part-3.js"])).get("part-3.js");
    expect(part?.length).toBe(MEBIBYTE);
    expect((await archive.read(["part-3.js"])).get("part-3.js")).toBe(part);
    expect(new TextDecoder().decode((await archive.read(["last.js"])).get("last.js"))).toBe("export default 'last'");
    expect(memory.peakBytes).toBeLessThanOrEqual(13 * MEBIBYTE);
    expect(await requestsOf("/large/-/large-1.0.0.tgz")).toBe(1);
  });

  it("An archive with a folder for each module is not unpacked once for each of them", async () => {
    const paths = Array.from({ length: 40 }, (_, index) => `lib/part-${index}/index.js`);
    const listed = [...paths, "lib/part-0/index.js.map", "dist/all.js"].map((path) => ({ path, size: 1_000 }));
    const unpacked: string[][] = [];
    const index = new Map(listed.map(({ path, size }) => [path, size]));
    const archive = new PackageArchive(
      async () => ({ index, files: new Map() }),
      async (asked) => {
        unpacked.push([...asked]);
        return new Map([...asked].map((path) => [path, new TextEncoder().encode(path)]));
      },
    );
    const reader = new GatheredReads(archive, listed);
    for (const path of paths) expect(new TextDecoder().decode(await reader.read(path))).toBe(path);
    expect(unpacked.length).toBe(3);
    expect(unpacked.flat()).toHaveLength(paths.length);
    await reader.read("lib/part-0/index.js.map");
    expect(unpacked.at(-1)).toEqual(["lib/part-0/index.js.map"]);
  });

  it("an archive lists a folder's own files, and all files that match a filter", async () => {
    const archive = await standIn().open("many-files");
    expect((await archive.list()).length).toBe(10_001);
    expect([...(await archive.readFolder("")).keys()]).toEqual(["package.json"]);
    expect((await archive.readFolder("icons")).size).toBe(10_000);
    expect((await archive.readFolder("icon")).size).toBe(0);
    expect((await archive.readAll((path) => path.endsWith("-17.js"))).size).toBe(1);
  });

  it("archives never exceed the memory bound, however many are open, and an evicted one is read again", async () => {
    const limit = 20 * MEBIBYTE;
    const { open, memory } = standIn(limit);
    const names = Array.from({ length: 6 }, (_, index) => `medium-${index}`);
    const archives = await Promise.all(names.map((name) => open(name)));
    expect(memory.peakBytes).toBeLessThanOrEqual(limit);
    for (const archive of [...archives, ...archives]) {
      expect((await archive.read(["index.js"])).get("index.js")?.length).toBe(9 * MEBIBYTE);
    }
    expect(memory.peakBytes).toBeLessThanOrEqual(limit);
    expect(await requestsOf("/medium-0/-/medium-0-1.0.0.tgz")).toBe(1);
  });

  it("an archive is fetched once when several callers open it at the same time", async () => {
    const { open } = standIn();
    const archives = await Promise.all(Array.from({ length: 5 }, () => open("dots")));
    expect(archives).toHaveLength(5);
    expect(await requestsOf("/dots/-/dots-1.0.0.tgz")).toBe(1);
  });
});

describe("a compressed archive", () => {
  it("An archive of several gzip members, with zeros behind them, is read as gunzip reads it", async () => {
    const archive = await standIn().open("members");
    expect(await pathsOf(archive)).toEqual(["index.js", "package.json"]);
    const content = (await archive.read(["index.js"])).get("index.js");
    expect(new TextDecoder().decode(content)).toBe("export default 'members'");
  });
});

describe("a hostile archive", () => {
  it("a hostile archive writes no file outside its package, by dots, by an absolute path, by a backslash or by a link", async () => {
    const { open } = standIn();
    for (const name of ["dots", "absolute", "links"]) {
      expect(await pathsOf(await open(name)), name).toEqual(["package.json"]);
    }
  });

  it("a hostile archive is refused when it exceeds the maximum bytes or files, and leaves nothing behind", async () => {
    const { open, memory } = standIn();
    for (const name of ["bomb", "too-many-files"]) {
      const failure = await open(name).catch((reason: unknown) => reason);
      expect(failure, name).toEqual(new PackageUnavailable(`The package "${name}" is too large for a preview.`, false));
    }
    expect(memory.take(40 * MEBIBYTE)).toBe(true);
    memory.release(40 * MEBIBYTE);
    expect(await pathsOf(await open("links"))).toEqual(["package.json"]);
  });

  it("a hostile archive is refused when it is no archive or ends too early", async () => {
    const { open, memory } = standIn();
    for (const name of ["cut-short", "not-gzip"]) {
      await expect(open(name), name).rejects.toThrow(PackageUnavailable);
    }
    expect(memory.take(40 * MEBIBYTE)).toBe(true);
  });
});

describe("a registry that is busy", () => {
  it("a busy registry is asked again with growing delays, or after its Retry-After", async () => {
    const { open, waits, registry } = standIn();
    expect((await registry.packument("flaky-packument")).versions.size).toBe(1);
    expect(waits).toEqual([1000, 1000, 1000]);
    expect(await requestsOf("/flaky-packument")).toBe(4);
    expect(await pathsOf(await open("flaky-archive"))).toEqual(["index.js", "package.json"]);
    expect(await requestsOf("/flaky-archive/-/flaky-archive-1.0.0.tgz")).toBe(3);
  });

  it("a busy registry is a temporary failure, reported with its response and the number of attempts", async () => {
    const failure = await standIn()
      .registry.packument("always-busy")
      .catch((reason: unknown) => reason);
    const message = 'The package registry returned 429 Too Many Requests for "always-busy". (4 attempts)';
    expect(failure).toEqual(new PackageUnavailable(message, true));
    expect(failure).toMatchObject({ temporary: true });
  });

  it("a registry never has more than six connections of one isolate", async () => {
    const { registry } = standIn();
    const names = Array.from({ length: 40 }, (_, index) => `wide-${index}`);
    await Promise.all([...names, ...names].map((name) => registry.packument(name)));
    const { maxOpen, requests } = await counts();
    expect(maxOpen).toBeLessThanOrEqual(6);
    expect(requests["/wide-7"]).toBe(1);
  });
});
