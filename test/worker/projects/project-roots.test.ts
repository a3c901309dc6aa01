import { describe, expect, it } from "vitest";
import { findRoots } from "../../../worker/contract/project-roots.ts";

type Files = Record<string, unknown>;

/** Returns the roots of a repository's files; a value that is not text is the content of a package.json. */
function rootsOf(files: Files) {
  const texts = new Map(Object.entries(files).map(([path, content]) => [path, JSON.stringify(content)]));
  return findRoots(texts.keys(), (path) => texts.get(path) ?? null);
}
const pathsOf = (files: Files) => rootsOf(files).map(({ path }) => path);

const vite = (name: string) => ({ name, devDependencies: { vite: "8", react: "19" }, scripts: { dev: "vite" } });
const page = "";

describe("findRoots with one app at the root", () => {
  it.each<[string, Files, string | null]>([
    ["with a page", { "index.html": page, "client/index.html": page }, "static"],
    ["with a page in its public folder", { "public/index.html": page, "src/server.ts": "" }, "workers"],
    [
      "with Vite and a page in a folder without a package",
      { "package.json": vite("a"), "client/index.html": page },
      "vite",
    ],
    ["with a framework", { "package.json": { dependencies: { next: "16" } }, "docs/index.html": page }, "next"],
    [
      "with Angular's page below src",
      { "package.json": { dependencies: { "@angular/core": "21" } }, "src/index.html": page },
      "angular",
    ],
    ["with a server alone", { "src/server.ts": "", "package.json": {} }, "workers"],
    ["with a Worker's configuration", { "wrangler.jsonc": "", "client/package.json": vite("c") }, "workers"],
  ])("findRoots returns the repository's root alone: %s", (_what, files, framework) => {
    expect(rootsOf(files)).toMatchObject([{ path: "", framework }]);
  });
});

describe("findRoots with an app in a folder", () => {
  it.each(["client", "frontend", "web", "app", "apps/web", "packages/web"])(
    "findRoots finds the app in %s",
    (folder) => {
      const files = {
        "package.json": {
          name: "all",
          scripts: { dev: "concurrently" },
          workspaces: ["*"],
          devDependencies: { vite: "8" },
        },
        [`${folder}/package.json`]: vite("mine"),
        [`${folder}/index.html`]: page,
        "server/package.json": { scripts: { dev: "tsx" }, dependencies: { express: "5" } },
        "packages/ui/package.json": { scripts: { build: "tsup" }, dependencies: { react: "19" } },
      };
      expect(rootsOf(files)).toEqual([{ path: folder, name: "mine", framework: "vite" }]);
    },
  );

  it("findRoots finds an app with a page and no package", () => {
    expect(rootsOf({ "README.md": "", "site/index.html": page })).toEqual([
      { path: "site", name: null, framework: "static" },
    ]);
  });

  it("findRoots finds an app of Nx, which has a configuration of Vite and no package", () => {
    const files = {
      "package.json": { name: "all", devDependencies: { nx: "22", vite: "8" } },
      "nx.json": "{}",
      "apps/shop/index.html": page,
      "apps/shop/vite.config.mts": "",
      "libs/ui/vite.config.ts": "",
    };
    expect(rootsOf(files)).toEqual([{ path: "apps/shop", name: null, framework: "vite" }]);
  });

  it("findRoots finds the app of a workspace whose root has the tools", () => {
    const root = { devDependencies: { next: "16", vite: "8" } };
    expect(
      pathsOf({
        "package.json": root,
        "pnpm-workspace.yaml": "",
        "apps/web/package.json": { dependencies: { next: "16" } },
      }),
    ).toEqual(["apps/web"]);
  });
});

describe("findRoots with several apps", () => {
  it("findRoots orders apps by their folders' names, then by depth and name", () => {
    const apps = ["apps/docs", "apps/zebra", "apps/admin", "apps/web", "frontend", "apps/ant"];
    const files = Object.fromEntries(
      apps.flatMap((path) => [
        [`${path}/package.json`, vite(path)],
        [`${path}/index.html`, page],
      ]),
    );
    expect(pathsOf(files)).toEqual(["apps/web", "frontend", "apps/ant", "apps/zebra", "apps/admin"]);
  });

  it("findRoots returns the most certain kind only: pages before servers, servers before scripts", () => {
    const script = { scripts: { build: "tsup" } };
    const files = { "a/package.json": script, "b/package.json": script, "c/wrangler.toml": "", "d/index.html": page };
    expect(pathsOf(files)).toEqual(["d"]);
    const { "d/index.html": _page, ...withoutPage } = files;
    expect(pathsOf(withoutPage)).toEqual(["c"]);
    const { "c/wrangler.toml": _server, ...scripts } = withoutPage;
    expect(pathsOf(scripts)).toEqual(["a", "b"]);
  });
});

describe("findRoots with other folders", () => {
  it("findRoots ignores further pages of an app, and those of documentation, tests and builds", () => {
    const pages = [
      "site/about/index.html",
      "docs/index.html",
      "site/dist/index.html",
      "tests/index.html",
      ".github/index.html",
    ];
    expect(pathsOf(Object.fromEntries([["site/index.html", page], ...pages.map((path) => [path, page])]))).toEqual([
      "site",
    ]);
  });

  it("findRoots returns static output or documentation when there is nothing else", () => {
    expect(pathsOf({ "out/index.html": page, "README.md": "" })).toEqual(["out"]);
    expect(pathsOf({ "docs/index.html": page, "docs/guide/index.html": page })).toEqual(["docs"]);
  });

  it("findRoots returns a build when another tool builds its sources and they have no page", () => {
    const site = { "package.json": { scripts: { start: "gulp" } }, "src/index.pug": "", "dist/index.html": page };
    expect(pathsOf(site)).toEqual(["dist"]);
    expect(pathsOf({ ...site, "src/index.html": page })).toEqual([""]);
    expect(pathsOf({ "package.json": { scripts: { start: "node ." } }, "docs/index.html": page })).toEqual([""]);
  });

  it("findRoots returns an app before a library that it uses, whatever their names", () => {
    const app = { ...vite("main"), dependencies: { "@a/ui": "workspace:*" } };
    const files = {
      "apps/main/package.json": app,
      "apps/main/index.html": page,
      "packages/ui/package.json": vite("@a/ui"),
      "packages/ui/index.html": page,
    };
    expect(pathsOf(files)).toEqual(["apps/main", "packages/ui"]);
    expect(pathsOf({ ...files, "apps/main/package.json": vite("main") })).toEqual(["packages/ui", "apps/main"]);
  });

  it("findRoots returns no folder whose pages a server or a generator in another language fills", () => {
    expect(pathsOf({ "app.py": "", "templates/index.html": page })).toEqual([]);
    expect(pathsOf({ "hugo.toml": "", "layouts/index.html": page })).toEqual([]);
    expect(pathsOf({ "app.py": "", "templates/index.html": page, "web/index.html": page })).toEqual(["web"]);
    expect(pathsOf({ "templates/index.html": page })).toEqual(["templates"]);
    expect(pathsOf({ "plot.py": "", "package.json": {}, "views/index.html": page })).toEqual(["views"]);
  });

  it("findRoots ignores installed packages, and returns nothing when nothing looks like an app", () => {
    expect(pathsOf({ "node_modules/a/index.html": page, "notes.md": "", "lib/package.json": {} })).toEqual([]);
  });

  it("findRoots returns no name when a package.json is broken or has none", () => {
    const read = (text: string) => findRoots(["web/index.html", "web/package.json"], () => text);
    expect(read("{broken")).toEqual([{ path: "web", name: null, framework: null }]);
    expect(read('\ufeff{"name":"bom"}')).toEqual([{ path: "web", name: "bom", framework: null }]);
    expect(read("[1]")).toEqual([{ path: "web", name: null, framework: null }]);
  });
});
