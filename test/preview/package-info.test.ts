import { describe, expect, inject, it } from "vitest";
import { type AskRegistry, cachedRegistry, packageInfo } from "../../preview/packages/info/index.ts";
import type { PackageInfo, PackageQuery } from "../../worker/contract/preview-rpc.ts";

const real = () => cachedRegistry(inject("npmRegistry"));

async function infoOf(query: PackageQuery, ask: AskRegistry = real()): Promise<PackageInfo> {
  const found = await packageInfo(ask, query);
  if ("problem" in found) throw new Error(found.problem);
  return found;
}

type TarFile = { path: string; content: string | Uint8Array; type?: string; size?: number };

const encoded = (text: string | Uint8Array) => (typeof text === "string" ? new TextEncoder().encode(text) : text);

function tarOf(files: TarFile[]): Uint8Array<ArrayBuffer> {
  const blocks = files.flatMap(({ path, content, type = "0", size }) => {
    const body = encoded(content);
    const header = new Uint8Array(512);
    header.set(encoded(path).subarray(0, 100), 0);
    header.set(encoded((size ?? body.length).toString(8).padStart(11, "0")), 124);
    header[156] = type.charCodeAt(0);
    header.set(encoded("ustar"), 257);
    const padded = new Uint8Array(Math.ceil(body.length / 512) * 512);
    padded.set(body);
    return [header, padded];
  });
  const whole = new Uint8Array(blocks.reduce((sum, { length }) => sum + length, 1_024));
  let offset = 0;
  for (const block of blocks) {
    whole.set(block, offset);
    offset += block.length;
  }
  return whole;
}

async function gzip(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** A registry of one package with an archive of these files. */
async function registryOf(files: TarFile[], over: Record<string, unknown> = {}): Promise<AskRegistry> {
  const archive = await gzip(tarOf(files));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-512", archive));
  const integrity = `sha512-${btoa(String.fromCharCode(...digest))}`;
  const dist = { tarball: "https://elsewhere.invalid/x/-/x-1.0.0.tgz", integrity };
  const answer = { "dist-tags": { latest: "1.0.0" }, versions: { "1.0.0": { version: "1.0.0", dist, ...over } } };
  return async (path) => (path.endsWith(".tgz") ? new Response(archive) : Response.json(answer));
}

const x: PackageQuery = { name: "x", detail: true };

describe("what the registry has of a package", () => {
  it("packageInfo returns versions, tags and peers without fetching an archive", async () => {
    const asked: string[] = [];
    const ask: AskRegistry = (path, accept) => {
      asked.push(path);
      return real()(path, accept);
    };
    const info = await infoOf({ name: "is-odd", range: "^3.0.0", detail: false }, ask);
    expect(info).toMatchObject({ name: "is-odd", version: "3.0.1", tags: { latest: expect.any(String) } });
    expect(info.versions).toContain("3.0.1");
    expect(info.contents).toBeUndefined();
    expect(asked).toEqual(["/is-odd"]);
  });

  it("packageInfo chooses a version as builds do: latest also as a prerelease, and a deprecated one only without another", async () => {
    const dist = { tarball: "https://elsewhere.invalid/x.tgz", integrity: "sha512-eA==" };
    const chosen = async (range: string, latest: string, versions: Record<string, { deprecated?: string }>) => {
      const entries = Object.entries(versions).map(([version, more]) => [version, { version, dist, ...more }]);
      const answer = { "dist-tags": { latest }, versions: Object.fromEntries(entries) };
      return (await infoOf({ name: "x", range, detail: false }, async () => Response.json(answer))).version;
    };
    const broken = { deprecated: "broken" };
    expect(await chosen("*", "1.0.0-rc.1", { "1.0.0-rc.1": {}, "1.0.0-rc.2": {} })).toBe("1.0.0-rc.1");
    expect(await chosen("^1.0.0", "1.1.0", { "1.0.0": {}, "1.1.0": {}, "1.2.0": {} })).toBe("1.1.0");
    expect(await chosen("^1.0.0", "2.0.0", { "1.0.0": {}, "1.1.0": broken, "2.0.0": {} })).toBe("1.0.0");
    expect(await chosen("^1.0.0", "1.1.0", { "1.0.0": {}, "1.1.0": broken })).toBe("1.0.0");
    expect(await chosen("^1.0.0", "1.0.0", { "1.0.0": broken })).toBe("1.0.0");
  });

  it("packageInfo returns exports, names, README and the declarations of a name in detail", async () => {
    const { contents, version } = await infoOf({ name: "clsx", range: "2.1.1", symbol: "clsx", detail: true });
    expect(version).toBe("2.1.1");
    expect(contents?.exports).toEqual([".", "./lite"]);
    expect(contents?.typesFrom).toBe("clsx");
    expect(contents?.declarations[0]?.text).toContain("function clsx(");
    expect(contents?.readme).toContain("clsx");
  });

  it("packageInfo returns the declarations of DefinitelyTyped when a package has none", async () => {
    const { contents } = await infoOf({ name: "is-odd", range: "3.0.1", detail: true });
    expect(contents?.typesFrom).toBe("@types/is-odd");
  });

  it("packageInfo returns a sentence for an invalid name, a missing package and a missing version", async () => {
    for (const name of ["../etc/passwd", "https://x.invalid", "a/b", "node_modules", "x".repeat(300)]) {
      expect(await packageInfo(real(), { name, detail: true })).toEqual({
        problem: expect.stringContaining("is not the name of an npm package."),
      });
    }
    expect(await packageInfo(real(), { name: "is-odd", range: "^99.0.0", detail: false })).toEqual({
      problem: '"is-odd" has no version that matches "^99.0.0".',
    });
    expect(await packageInfo(async () => new Response("", { status: 404 }), x)).toEqual({
      problem: 'There is no package "x" in the registry.',
    });
    expect(await packageInfo(async () => new Response("", { status: 503 }), x)).toEqual({
      problem: 'The package registry returned 503 for "x".',
    });
    expect(await packageInfo(() => Promise.reject(new TypeError("no route")), x)).toEqual({
      problem: 'The package registry does not answer for "x".',
    });
    expect(await packageInfo(async () => new Response("<html>"), x)).toEqual({
      problem: 'The registry\'s answer for "x" is not JSON.',
    });
  });
});

describe("a hostile package", () => {
  const manifest = { path: "package/package.json", content: '{"name":"x","exports":{"./a":1}}' };

  it("a hostile package is not read when its archive does not match its hash", async () => {
    const honest = await registryOf([manifest]);
    const tampered: AskRegistry = async (path, accept) =>
      path.endsWith(".tgz") ? new Response(await gzip(tarOf([manifest, manifest]))) : honest(path, accept);
    expect(await packageInfo(tampered, x)).toEqual({ problem: expect.stringContaining("doesn't match the hash") });
  });

  it("a hostile package cannot name files outside, links, or an invalid size", async () => {
    const ask = await registryOf([
      manifest,
      { path: "package/../../README.md", content: "outside" },
      { path: "package/README.md", content: "/etc/passwd", type: "2" },
      { path: "package/index.d.ts", content: "export declare const safe: 1;" },
    ]);
    const { contents } = await infoOf({ ...x, symbol: "safe" }, ask);
    expect(contents?.readme).toBe("");
    expect(contents?.declarations.map(({ text }) => text)).toEqual(["export declare const safe: 1;"]);
    const odd = await registryOf([manifest, { path: "package/a.d.ts", content: "", size: 8 ** 11 - 1 }]);
    expect((await infoOf(x, odd)).contents?.names).toEqual([]);
  });

  it("a package is read past a large useless file, and later files are found", async () => {
    const zeros = { path: "package/zeros.bin", content: new Uint8Array(40 * 2 ** 20) };
    const late = { path: "package/README.md", content: "late" };
    const ask = await registryOf([manifest, zeros, late]);
    expect((await infoOf(x, ask)).contents).toMatchObject({ readme: "late", exports: ["./a"] });
  });

  it("a hostile package with slow declarations costs no more than its size", async () => {
    const content = `${"export {".repeat(60_000)}${"export declare type ".repeat(10_000)}${"(".repeat(200_000)}`;
    const ask = await registryOf([manifest, { path: "package/index.d.ts", content }]);
    const began = performance.now();
    expect((await infoOf({ ...x, symbol: "type" }, ask)).contents?.typesFrom).toBe("x");
    expect(performance.now() - began).toBeLessThan(5_000);
  });

  it("a package's README, deprecation and peers are truncated", async () => {
    const peers = Object.fromEntries(Array.from({ length: 500 }, (_, place) => [`p${place}`, "*"]));
    const over = { deprecated: "d".repeat(9_000), peerDependencies: { ...peers, "../p": "*" } };
    const ask = await registryOf([manifest, { path: "package/readme.md", content: "r".repeat(500_000) }], over);
    const info = await infoOf(x, ask);
    expect(info.peers.length).toBeLessThanOrEqual(40);
    expect([info.deprecated?.length, info.contents?.readme.length]).toEqual([500, 4_000]);
  });

  it("a package that is too large is refused before its whole archive is fetched", async () => {
    const endless: AskRegistry = async () =>
      new Response(new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(2 ** 20)) }));
    expect(await packageInfo(endless, x)).toEqual({ problem: '"x" is too large to be read here.' });
  });
});
