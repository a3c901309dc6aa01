import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Lock } from "../../preview/packages/lock.ts";
import { PackageUnavailable } from "../../preview/packages/package-unavailable.ts";
import { parsePackument } from "../../preview/packages/packument.ts";
import { type PlanRequest, planPackages } from "../../preview/packages/plan-packages.ts";
import { wantedOf } from "../../preview/packages/wanted-packages.ts";
import { workspaceOf } from "../../preview/packages/workspace.ts";

type Fields = Record<string, unknown>;
type World = Record<string, Record<string, Fields>>;

/** A registry with these packages, whose responses arrive in any order. */
function registryOf(world: World, order: (name: string) => number = () => 0) {
  const asked: string[] = [];
  return {
    asked,
    async packument(name: string) {
      asked.push(name);
      for (let turn = order(name); turn > 0; turn -= 1) await Promise.resolve();
      const versions = world[name];
      if (versions === undefined) throw new PackageUnavailable(`There is no package "${name}" in the registry.`, false);
      const latest = Object.keys(versions)
        .filter((version) => !version.includes("-"))
        .at(-1);
      const entries = Object.entries(versions).map(([version, fields]) => [
        version,
        { version, dist: { tarball: `${name}-${version}.tgz`, integrity: "sha512-AA==" }, ...fields },
      ]);
      return parsePackument(name, JSON.stringify({ "dist-tags": { latest }, versions: Object.fromEntries(entries) }));
    },
  };
}

const REACTS = { "17.0.0": {}, "18.2.0": {}, "18.3.0": {}, "19.0.0": {} };
const request = (wanted: Record<string, string>, more: Partial<PlanRequest> = {}): PlanRequest => ({
  wanted,
  lock: null,
  workspace: new Map(),
  ...more,
});

async function layout(world: World, wanted: Record<string, string>, more: Partial<PlanRequest> = {}) {
  const plan = await planPackages(request(wanted, more), registryOf(world));
  const places = plan.packages.map(({ folder, version }) => `${folder.replaceAll("node_modules/", "")}@${version}`);
  return { ...plan, places };
}

describe("a plan of packages", () => {
  it("planPackages accepts the alternatives of a range that npm understands, and tags", async () => {
    const world = {
      a: { "2.0.0": {}, "3.1.0": {} },
      b: { "1.0.0": { peerDependencies: { a: ">=3.0.0 || insiders" } } },
    };
    expect((await layout(world, { b: "latest" })).places).toEqual(["a@3.1.0", "b@1.0.0"]);
  });

  it("planPackages installs a package under its alias", async () => {
    const { packages } = await layout({ real: { "1.0.0": {} } }, { other: "npm:real@^1.0.0" });
    expect(packages[0]).toMatchObject({ folder: "node_modules/other", name: "real", version: "1.0.0" });
  });

  it("planPackages gives a peer the project's version, even when the project only names it", async () => {
    const world = { react: REACTS, ui: { "1.0.0": { peerDependencies: { react: ">=16" } } } };
    expect((await layout(world, { ui: "1", react: "^18.0.0" })).places).toEqual(["react@18.3.0", "ui@1.0.0"]);
    const named = await layout(world, { ui: "1" }, { peersFrom: { react: "18.2.0", other: "^1.0.0" } });
    expect(named.places).toEqual(["react@18.2.0", "ui@1.0.0"]);
    expect((await layout(world, { ui: "1" })).places).toEqual(["react@19.0.0", "ui@1.0.0"]);
  });

  it("planPackages warns of a peer that contradicts the project, and installs no second one", async () => {
    const world = { react: REACTS, old: { "1.0.0": { peerDependencies: { react: "^17.0.0" } } } };
    const { places, diagnostics } = await layout(world, { old: "1", react: "^19.0.0" });
    expect(places).toEqual(["old@1.0.0", "react@19.0.0"]);
    expect(diagnostics.map(({ message }) => message)).toEqual([
      '"old" 1.0.0 needs "react" ^17.0.0, but 19.0.0 is installed.',
    ]);
  });

  it("planPackages skips optional peers, bundled packages, and packages for one platform", async () => {
    const world = {
      a: {
        "1.0.0": {
          peerDependencies: { react: "*" },
          peerDependenciesMeta: { react: { optional: true } },
          dependencies: { inside: "1", b: "1" },
          bundleDependencies: ["inside"],
          optionalDependencies: { native: "1", gone: "1", "@a/linux-x64": "1" },
        },
      },
      b: { "1.0.0": {} },
      native: { "1.0.0": { os: ["darwin"] } },
    };
    const registry = registryOf(world);
    const plan = await planPackages(request({ a: "1" }), registry);
    expect(plan.packages.map(({ folder }) => folder)).toEqual(["node_modules/a", "node_modules/b"]);
    expect(registry.asked).not.toContain("@a/linux-x64");
    expect(registry.asked).not.toContain("inside");
  });

  it("planPackages marks packages that only optional dependencies need", async () => {
    const world = {
      a: { "1.0.0": { optionalDependencies: { b: "1" }, dependencies: { c: "1" } } },
      b: { "1.0.0": { dependencies: { c: "1", d: "1" } } },
      c: { "1.0.0": {} },
      d: { "1.0.0": {} },
    };
    const { packages } = await layout(world, { a: "1" });
    expect(packages.filter(({ optional }) => optional).map(({ name }) => name)).toEqual(["b", "d"]);
  });

  it("planPackages reports unavailable packages, and plans the rest", async () => {
    const world = { a: { "1.0.0": { dependencies: { nowhere: "1" } } } };
    const wanted = {
      a: "1",
      b: "github:x/y",
      c: "^9",
      d: "file:../d",
      local: "workspace:*",
      e: "https://a.example/e.tgz",
    };
    const { places, missing } = await layout(world, wanted, { workspace: new Map([["local", "packages/local"]]) });
    expect(places).toEqual(["a@1.0.0"]);
    expect([...missing.keys()].sort()).toEqual(["b", "c", "d", "e", "nowhere"]);
    expect(missing.get("c")).toBe('There is no package "c" in the registry.');
  });

  it("planPackages honours the overrides of npm, pnpm and yarn", async () => {
    const world = {
      a: { "1.0.0": { dependencies: { b: "^1.0.0", c: "^1.0.0" } } },
      b: { "1.0.0": { dependencies: { c: "^1.0.0" } } },
      c: { "1.0.0": {}, "1.1.0": {}, "2.0.0": {} },
    };
    const places = async (overrides: unknown) => (await layout(world, { a: "1" }, { overrides })).places;
    expect(await places({ c: "2.0.0" })).toEqual(["a@1.0.0", "b@1.0.0", "c@2.0.0"]);
    expect(await places({ "c@^2": "1.0.0" })).toEqual(["a@1.0.0", "b@1.0.0", "c@1.1.0"]);
    expect(await places({ b: { c: "2.0.0" } })).toEqual(["a@1.0.0", "b@1.0.0", "b/c@2.0.0", "c@1.1.0"]);
    expect(await places({ a: { b: { c: "2.0.0" } } })).toEqual(["a@1.0.0", "b@1.0.0", "b/c@2.0.0", "c@1.1.0"]);
    expect(await places({ "b>c": "2.0.0" })).toEqual(["a@1.0.0", "b@1.0.0", "b/c@2.0.0", "c@1.1.0"]);
    expect(await places({ "a@1>c": "2.0.0" })).toEqual(["a@1.0.0", "b@1.0.0", "b/c@1.1.0", "c@2.0.0"]);
    expect(await places({ "b/c": "2.0.0" })).toEqual(["a@1.0.0", "b@1.0.0", "b/c@2.0.0", "c@1.1.0"]);
    expect(await places({ "a/**/c": "npm:2.0.0" })).toEqual(["a@1.0.0", "b@1.0.0", "c@2.0.0"]);
    expect(await places({ b: "-" })).toEqual(["a@1.0.0", "c@1.1.0"]);
    expect(await places({ c: "$a" })).toEqual(["a@1.0.0", "b@1.0.0", "c@1.1.0"]);
  });

  it("planPackages ends when versions of packages need each other in a cycle", async () => {
    const world = {
      a: { "1.0.0": { dependencies: { b: "2.0.0" } }, "2.0.0": { dependencies: { b: "1.0.0" } } },
      b: { "1.0.0": { dependencies: { a: "1.0.0" } }, "2.0.0": { dependencies: { a: "2.0.0" } } },
    };
    const { packages, missing } = await layout(world, { a: "1.0.0", b: "1.0.0" });
    expect(packages.length).toBeLessThan(30);
    expect(missing.size).toBeLessThan(3);
  });

  it("planPackages takes versions and hashes from the lock, and asks the registry for the rest", async () => {
    const world = { a: { "1.0.0": { dependencies: { b: "^1.0.0" } } }, b: { "1.0.0": {}, "1.2.0": {} } };
    const lock: Lock = {
      source: "package-lock.json",
      version: ({ name, parentKey }) =>
        name === "b" && parentKey === "a@1.0.0" ? { version: "1.0.0", integrity: "sha512-BB==" } : null,
    };
    const { packages } = await layout(world, { a: "1" }, { lock });
    expect(packages[1]).toMatchObject({ name: "b", version: "1.0.0", dist: { integrity: "sha512-BB==" } });
  });

  it("planPackages takes the declared range where the registry has lost the lock's version, with a warning", async () => {
    const world = { a: { "1.2.0": { dependencies: { b: "^2.0.0" } } }, b: { "2.3.0": {} } };
    const versions: Record<string, string> = { a: "1.0.1", b: "2.0.1" };
    const lock: Lock = {
      source: "pnpm-lock.yaml",
      version: ({ name }) => ({ version: versions[name] ?? "" }),
    };
    const { places, missing, diagnostics } = await layout(world, { a: "^1.0.0" }, { lock });
    expect(places).toEqual(["a@1.2.0", "b@2.3.0"]);
    expect([...missing]).toEqual([]);
    expect(diagnostics.map(({ message }) => message)).toEqual([
      expect.stringMatching(
        /^The registry does not have "a" 1\.0\.1 of pnpm-lock\.yaml any more, so 1\.2\.0 is used\./,
      ),
      expect.stringMatching(/"b" 2\.0\.1 .* so 2\.3\.0 is used/),
    ]);
  });

  it("planPackages reports a package that neither the lock's version nor its range has, without a warning", async () => {
    const lock: Lock = { source: "yarn.lock", version: () => ({ version: "1.0.1" }) };
    const { missing, diagnostics } = await layout({ a: { "2.0.0": {} } }, { a: "^1.0.0" }, { lock });
    expect([...missing]).toEqual([["a", expect.stringContaining('no version that matches "^1.0.0"')]]);
    expect(diagnostics).toEqual([]);
  });

  it("planPackages gives every package a version it accepts, whatever the packages, and the same in any order of responses", async () => {
    const names = ["a", "b", "c", "d", "e"];
    const range = fc.constantFrom("^1.0.0", "^2.0.0", "1.0.0", ">=1", "*");
    const dependencies = fc.dictionary(fc.constantFrom(...names), range, { maxKeys: 3 });
    const versions = fc.record({ "1.0.0": dependencies, "1.1.0": dependencies, "2.0.0": dependencies });
    const worlds = fc.tuple(...names.map(() => versions));
    await fc.assert(
      fc.asyncProperty(
        worlds,
        dependencies,
        fc.array(fc.nat(20), { minLength: 5, maxLength: 5 }),
        async (all, wanted, order) => {
          const world: World = {};
          for (const [index, name] of names.entries()) {
            const own = Object.entries(all[index] ?? {});
            // Only later names: versions that need each other in a cycle cannot all be nested.
            const later = (deps: Record<string, string>) =>
              Object.fromEntries(Object.entries(deps).filter(([dep]) => dep > name));
            world[name] = Object.fromEntries(own.map(([version, deps]) => [version, { dependencies: later(deps) }]));
          }
          const plan = await planPackages(request(wanted), registryOf(world));
          const delayed = registryOf(world, (name) => order[names.indexOf(name)] ?? 0);
          expect(await planPackages(request(wanted), delayed)).toEqual(plan);
          expect(plan.missing.size).toBe(0);
          assertResolved(plan.packages, world, wanted);
        },
      ),
      { numRuns: 300, interruptAfterTimeLimit: 20_000 },
    );
  });
});

/** Asserts that Node resolves each dependency to a version within its range. */
function assertResolved(
  packages: { folder: string; name: string; version: string }[],
  world: World,
  wanted: Record<string, string>,
) {
  const placed = new Map(packages.map((planned) => [planned.folder, planned]));
  const accepts: Record<string, RegExp> = { "^1.0.0": /^1\./, "^2.0.0": /^2\./, "1.0.0": /^1\.0\.0$/ };
  const check = (folder: string, dependencies: Fields) => {
    for (const [name, range] of Object.entries(dependencies)) {
      let found: string | undefined;
      for (let at = folder; found === undefined; at = at.replace(/\/?node_modules\/[^/]+$/, "")) {
        found = placed.get(`${at === "" ? "" : `${at}/`}node_modules/${name}`)?.version;
        if (at === "") break;
      }
      expect(found, `${name} from ${folder}`).toMatch(accepts[String(range)] ?? /./);
    }
  };
  check("", wanted);
  for (const { folder, name, version } of packages) {
    const { dependencies } = world[name]?.[version] ?? {};
    check(folder, typeof dependencies === "object" && dependencies !== null ? { ...dependencies } : {});
  }
}

describe("an app's packages", () => {
  const manifest = {
    dependencies: {
      react: "^18",
      "react-dom": "^18",
      express: "^4",
      "@scope/ui": "^1",
      "lucide-react": "*",
      unused: "1",
    },
    devDependencies: {
      vite: "^5",
      tailwindcss: "^3",
      "tailwindcss-animate": "^1",
      "@fontsource/inter": "^5",
      vitest: "^1",
    },
    peerDependencies: { zod: "^3" },
  };

  it("an app's packages are those that its files import, before and after compilation", () => {
    const files = new Map([
      ["package.json", JSON.stringify(manifest)],
      [
        "src/main.tsx",
        'import { Button } from "@scope/ui/button";\nconst icons = import("lucide-react");\nrequire(\'zod\')',
      ],
      ["src/style.css", "@import '@fontsource/inter/400.css';\n@import url(tailwindcss/base.css);"],
      ["src/main.test.tsx", 'import { it } from "vitest";'],
      ["vite.config.ts", 'import { defineConfig } from "vite";'],
      ["tailwind.config.js", 'module.exports = { plugins: [require("tailwindcss-animate")] }'],
      ["package-lock.json", '{"packages":{"node_modules/express":{}, "unused": "x"}}'],
      ["notes.md", "`express`"],
    ]);
    expect(Object.keys(wantedOf(files, manifest, ""))).toEqual([
      "@fontsource/inter",
      "@scope/ui",
      "lucide-react",
      "react",
      "react-dom",
      "tailwindcss",
      "tailwindcss-animate",
      "zod",
    ]);
  });

  it("an app's packages include those of the workspace packages it uses, with the ranges of catalogs", () => {
    const web = { dependencies: { "@acme/ui": "workspace:*", react: "catalog:", unused: "workspace:*" } };
    const files = new Map([
      ["pnpm-workspace.yaml", "packages: ['apps/*', 'packages/*']\ncatalog:\n  react: ^18.3.0\n"],
      ["apps/web/package.json", JSON.stringify({ name: "web", ...web })],
      ["apps/web/src/main.ts", 'import "@acme/ui"; import "react";'],
      ["packages/ui/package.json", JSON.stringify({ name: "@acme/ui", dependencies: { clsx: "^2.0.0", other: "1" } })],
      ["packages/ui/index.ts", 'export { clsx } from "clsx";'],
      ["packages/unused/package.json", JSON.stringify({ name: "unused", dependencies: { other: "1" } })],
    ]);
    expect(wantedOf(files, web, "apps/web")).toEqual({ "@acme/ui": "workspace:*", clsx: "^2.0.0", react: "^18.3.0" });
    expect([...workspaceOf(files)]).toEqual([
      ["web", "apps/web"],
      ["@acme/ui", "packages/ui"],
      ["unused", "packages/unused"],
    ]);
  });
});
