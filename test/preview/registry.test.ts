import { describe, expect, inject, it } from "vitest";
import { readSpec } from "../../preview/packages/package-spec.ts";
import { planPackages } from "../../preview/packages/plan-packages.ts";
import { PackageUnavailable, type Packument, Registry } from "../../preview/packages/registry.ts";
import type { PackumentSource } from "../../preview/packages/version-chooser.ts";

const plan = (wanted: Record<string, string>, registry: PackumentSource) =>
  planPackages({ wanted, lock: null, workspace: new Map() }, registry);

describe("the registry", () => {
  it("the registry client refuses an archive whose bytes do not match its integrity, and does not cache it", async () => {
    // A package that no other test fetches: archives are cached by the hash of their content.
    const { packages } = await plan({ "left-pad": "1.3.0" }, new Registry(inject("npmRegistry")));
    const [planned] = packages;
    if (planned === undefined) throw new Error("nothing planned");
    const tampered = new Registry(inject("tamperedRegistry"));
    await expect(tampered.open(planned)).rejects.toThrow(/it was refused/);
    const archive = await new Registry(inject("npmRegistry")).open(planned);
    expect([...(await archive.read(["package.json"])).keys()]).toEqual(["package.json"]);
  });

  it("the registry client refuses a package without an integrity", async () => {
    const registry = new Registry(inject("npmRegistry"));
    const dist = { tarball: "https://elsewhere.example/is-odd/-/is-odd-3.0.1.tgz" };
    await expect(registry.open({ name: "is-odd", version: "3.0.1", dist })).rejects.toBeInstanceOf(PackageUnavailable);
  });

  it("a second version of a package is placed inside its dependent", async () => {
    const { packages } = await plan({ "is-number": "7.0.0", "is-odd": "3.0.1" }, new Registry(inject("npmRegistry")));
    expect(packages.map(({ folder, version }) => `${folder}@${version}`).sort()).toEqual([
      "node_modules/is-number@7.0.0",
      "node_modules/is-odd/node_modules/is-number@6.0.0",
      "node_modules/is-odd@3.0.1",
    ]);
  });

  it("a version that does not exist is reported", async () => {
    const registry = new Registry(inject("npmRegistry"));
    const { packages, missing } = await plan(
      {
        "is-number": "^99.0.0",
        a: "file:../secret",
        b: "git+https://example.com/b.git",
        c: "file:../c-1.0.0.tgz",
        "is-odd": "3.0.1",
      },
      registry,
    );
    expect(missing.get("is-number")).toBe('"is-number" has no version that matches "^99.0.0".');
    expect(missing.get("a")).toMatch(/is a package of the same repository/);
    expect(missing.get("c")).toBe(
      '"c" is packed in a file ("file:../c-1.0.0.tgz"), which is not unpacked here. Name a version in the registry, or add its unpacked folder to the project and name that ("file:./c").',
    );
    expect(missing.get("b")).toMatch(/is not a version in the registry/);
    expect(packages.map(({ folder }) => folder)).toContain("node_modules/is-odd");
  });
});

describe("a dependency", () => {
  const asked: string[] = [];
  /** A registry that must receive no request. */
  const untouched = new (class extends Registry {
    override packument(name: string): Promise<Packument> {
      asked.push(name);
      return super.packument(name);
    }
  })(inject("npmRegistry"));

  it("a dependency with a name that npm forbids is refused before any request", async () => {
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
      expect([...(await plan(dependencies, untouched)).missing.keys()], name).toEqual([name]);
    }
    expect(asked).toEqual([]);
  });

  it("a dependency on a URL, a folder or a repository is refused before any request", async () => {
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
      expect([...(await plan({ "is-number": version }, untouched)).missing.keys()], version).toEqual(["is-number"]);
    }
    expect(asked).toEqual([]);
  });

  it("a dependency may have the name of an object's property, as a package, a version or a tag", async () => {
    for (const name of ["constructor", "toString", "hasOwnProperty", "valueOf"]) {
      const tagged = await plan({ "is-number": name }, untouched);
      expect(tagged.missing.get("is-number")).toContain(`has no version tagged "${name}"`);
      expect([...(await plan({ [name]: "999.0.0" }, untouched)).missing.keys()]).toEqual([name]);
    }
  });

  it("a dependency may be an alias, a tag, or a range that npm understands in part", async () => {
    const { packages } = await plan(
      { number: "npm:is-number@7.0.0", "is-odd": "latest", "is-even": "1.0.0 || insiders" },
      untouched,
    );
    const top = packages
      .filter(({ folder }) => !folder.includes("/node_modules/"))
      .map(({ folder, name }) => `${folder} ${name}`);
    expect(top).toEqual(expect.arrayContaining(["node_modules/number is-number", "node_modules/is-even is-even"]));
  });

  it("a dependency may be the address of an archive in a public registry, which names its package and its version", async () => {
    expect(readSpec("number", "https://registry.npmjs.org/is-number/-/is-number-7.0.0.tgz")).toEqual({
      name: "is-number",
      range: "7.0.0",
    });
    expect(readSpec("a", "https://registry.yarnpkg.com/@a%2fb-c/-/b-c-1.0.0-beta.1.tgz#0a1b")).toEqual({
      name: "@a/b-c",
      range: "1.0.0-beta.1",
    });
    for (const address of [
      "https://a.example/is-number/-/is-number-7.0.0.tgz",
      "https://registry.npmjs.org/is-number/-/is-odd-7.0.0.tgz",
      "https://registry.npmjs.org/is-number/-/is-number-latest.tgz",
      "https://registry.npmjs.org/../is-number/-/is-number-7.0.0.tgz",
    ]) {
      expect(readSpec("number", address), address).toMatch(/is not a version in the registry/);
    }
    const wanted = { number: "https://registry.npmjs.org/is-number/-/is-number-7.0.0.tgz" };
    const { packages, missing } = await plan(wanted, untouched);
    expect(missing).toEqual(new Map());
    expect(packages.map(({ folder, name, version }) => `${folder} ${name}@${version}`)).toEqual([
      "node_modules/number is-number@7.0.0",
    ]);
  });

  it("a dependency above the maximum of 2,000 is counted before any request", async () => {
    asked.length = 0;
    const many = Object.fromEntries(Array.from({ length: 2001 }, (_, index) => [`package-${index}`, "1.0.0"]));
    await expect(plan(many, untouched)).rejects.toThrow("More than 2,000 packages");
    expect(asked).toEqual([]);
    const version = { version: "1.0.0", dependencies: many, dist: { tarball: "a.tgz" } };
    const wide = new (class extends Registry {
      override async packument(name: string): Promise<Packument> {
        asked.push(name);
        return { "dist-tags": new Map(), versions: new Map([["1.0.0", version]]) };
      }
    })("https://registry.invalid");
    await expect(plan({ root: "1.0.0" }, wide)).rejects.toThrow("More than 2,000 packages");
    expect(asked).toEqual(["root"]);
  });
});
