import { describe, expect, inject, it } from "vitest";
import { planPackages } from "../../preview/packages/plan-packages.ts";
import { PackageUnavailable, type Packument, Registry } from "../../preview/packages/registry.ts";
import { ArchiveTooLarge, unpack } from "../../preview/packages/tarball.ts";

describe("the registry", () => {
  it("refuses an archive whose bytes are not what the registry vouches for, and does not keep it", async () => {
    // A package that no other test fetches: archives are kept by the hash of their content.
    const [planned] = await planPackages({ "left-pad": "1.3.0" }, new Registry(inject("npmRegistry")));
    if (planned === undefined) throw new Error("nothing planned");
    const tampered = new Registry(inject("tamperedRegistry"));
    await expect(tampered.files(planned.name, planned.dist)).rejects.toThrow(/it was refused/);
    const files = await new Registry(inject("npmRegistry")).files(planned.name, planned.dist);
    expect([...files.keys()]).toContain("package.json");
  });

  it("refuses a package without an integrity", async () => {
    const registry = new Registry(inject("npmRegistry"));
    const dist = { tarball: "https://elsewhere.example/is-odd/-/is-odd-3.0.1.tgz" };
    await expect(registry.files("is-odd", dist)).rejects.toBeInstanceOf(PackageUnavailable);
  });

  it("places a second version of a package inside the one that needs it", async () => {
    const plan = await planPackages({ "is-number": "7.0.0", "is-odd": "3.0.1" }, new Registry(inject("npmRegistry")));
    expect(plan.map(({ folder, version }) => `${folder}@${version}`).sort()).toEqual([
      "node_modules/is-number@7.0.0",
      "node_modules/is-odd/node_modules/is-number@6.0.0",
      "node_modules/is-odd@3.0.1",
    ]);
  });

  it("says that a version that does not exist does not", async () => {
    const plan = planPackages({ "is-number": "^99.0.0" }, new Registry(inject("npmRegistry")));
    await expect(plan).rejects.toThrow('"is-number" has no version that matches "^99.0.0"');
    await expect(planPackages({ a: "file:../secret" }, new Registry(inject("npmRegistry")))).rejects.toThrow(
      /no version/,
    );
  });
});

describe("a dependency", () => {
  const asked: string[] = [];
  /** A registry that must not be asked. */
  const untouched = new (class extends Registry {
    override packument(name: string): Promise<Packument> {
      asked.push(name);
      return super.packument(name);
    }
  })(inject("npmRegistry"));

  it("whose name is none of npm's is refused before anything is fetched", async () => {
    const names = [
      "__proto__",
      "../secret",
      "..",
      ".",
      "a/b",
      "a b",
      "@a",
      "@a/b/c",
      "https://a.example",
      "_a",
      ".a",
      "",
      "a%2fb",
      "é",
      "node_modules",
      "a".repeat(215),
      "a\\b",
      "a?b",
    ];
    for (const name of names) {
      const dependencies = Object.fromEntries([[name, "1.0.0"]]);
      await expect(planPackages(dependencies, untouched), name).rejects.toThrow(PackageUnavailable);
    }
    expect(asked).toEqual([]);
  });

  it("whose version is an address, a folder or a repository is refused before anything is fetched", async () => {
    const versions = [
      "file:../secret",
      "link:../a",
      "workspace:*",
      "git+https://a.example/b.git",
      "git://a/b",
      "github:a/b",
      "a/b",
      "https://a.example/b.tgz",
      "http://127.0.0.1/x",
      "../a",
      "npm:../x@1",
      "npm:__proto__@1",
      "npm:",
      `>${"1".repeat(300)}`,
      "catalog:",
      "portal:../a",
      "$react",
    ];
    for (const version of versions) {
      await expect(planPackages({ "is-number": version }, untouched), version).rejects.toThrow(PackageUnavailable);
    }
    expect(asked).toEqual([]);
  });

  it("may be named like a property that every object has, as a package, a version or a tag", async () => {
    for (const name of ["constructor", "toString", "hasOwnProperty", "valueOf"]) {
      await expect(planPackages({ "is-number": name }, untouched)).rejects.toThrow(`has no version tagged "${name}"`);
      const found = await planPackages({ [name]: "999.0.0" }, untouched).catch((failure: unknown) => failure);
      expect(found).toBeInstanceOf(PackageUnavailable);
    }
  });

  it("may be an alias, a tag, or a range of which npm understands a part", async () => {
    const plan = await planPackages(
      { number: "npm:is-number@7.0.0", "is-odd": "latest", "is-even": "1.0.0 || insiders" },
      untouched,
    );
    const top = plan
      .filter(({ folder }) => !folder.includes("/node_modules/"))
      .map(({ folder, name }) => `${folder} ${name}`);
    expect(top).toEqual(expect.arrayContaining(["node_modules/number is-number", "node_modules/is-even is-even"]));
  });

  it("is one of at most 300, counted before any of them is asked for", async () => {
    asked.length = 0;
    const many = Object.fromEntries(Array.from({ length: 301 }, (_, index) => [`package-${index}`, "1.0.0"]));
    await expect(planPackages(many, untouched)).rejects.toThrow("More than 300 packages");
    expect(asked).toEqual([]);
    const version = { version: "1.0.0", dependencies: many, dist: { tarball: "a.tgz" } };
    const wide = new (class extends Registry {
      override async packument(name: string): Promise<Packument> {
        asked.push(name);
        return { "dist-tags": new Map(), versions: new Map([["1.0.0", version]]) };
      }
    })("https://registry.invalid");
    await expect(planPackages({ root: "1.0.0" }, wide)).rejects.toThrow("More than 300 packages");
    expect(asked).toEqual(["root"]);
  });
});

describe("an archive", () => {
  it("keeps its files inside the package", async () => {
    const files = await unpack(await gzip(entry("package/../../escape.js", "1"), entry("package/a/b.js", "2")), 10_000);
    expect([...files.keys()]).toEqual(["a/b.js"]);
  });

  it("is refused when it unpacks to more than it may", async () => {
    await expect(unpack(await gzip(entry("package/zeros.js", "0".repeat(200_000))), 100_000)).rejects.toThrow(
      ArchiveTooLarge,
    );
  });

  it("gives the names that pax headers carry", async () => {
    const path = `package/${"long/".repeat(40)}name.js`;
    const record = `path=${path}\n`;
    const pax = `${record.length + 4} ${record}`;
    const files = await unpack(await gzip(entry("pax", pax, "x"), entry("package/cut.js", "1")), 100_000);
    expect([...files.keys()]).toEqual([path.slice("package/".length)]);
  });
});

function entry(path: string, content: string, type = "0"): Uint8Array {
  const bytes = new Uint8Array(512 + Math.ceil(content.length / 512) * 512);
  const write = (text: string, at: number) => bytes.set(new TextEncoder().encode(text), at);
  write(path, 0);
  write(content.length.toString(8).padStart(11, "0"), 124);
  write(type, 156);
  write(content, 512);
  return bytes;
}

async function gzip(...entries: Uint8Array[]): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob(entries.map((bytes) => new Uint8Array(bytes)))
    .stream()
    .pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
