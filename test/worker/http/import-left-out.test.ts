import { describe, expect, it } from "vitest";
import type { FileEntry, ImportedProject, ProjectDetail, SkippedFile } from "../../../worker/contract/index.ts";
import { makeZip, type ZipEntry } from "../../properties/zip-maker.ts";
import { onPlan } from "../database/direct.ts";
import { type Caller, newAccount } from "../stage/client.ts";

const headers = { "Content-Type": "application/zip" };

async function imported(entries: ZipEntry[], account?: Caller) {
  const ada = account ?? (await newAccount());
  const body = new Uint8Array(makeZip(entries));
  const project = await ada.expect<ImportedProject>(201, "/v1/projects/import?name=App", { body, headers });
  const at = `/v1/projects/${project.id}`;
  const { data } = await ada.expect<{ data: FileEntry[] }>(200, `${at}/files`);
  return { ada, at, project, paths: data.map(({ path }) => path).sort() };
}

const files = (...names: string[]): ZipEntry[] => names.map((name) => ({ name, content: name }));
const app = files("package.json", "index.html", "src/main.ts");
const listed = (skipped: SkippedFile[]) => Object.fromEntries(skipped.map(({ path, reason }) => [path, reason]));

describe("files that an import leaves out", () => {
  it("The patches that yarn applies are kept, out of the folder of the packages that it has fetched", async () => {
    const { project } = await imported([...app, ...files(".yarn/patches/a-npm-1.0.0.patch", ".yarn/cache/a.zip")]);
    expect(listed(project.skipped)).toEqual({ ".yarn/": "dependencies" });
    expect(project.skipped[0]?.bytes).toBe(".yarn/cache/a.zip".length);
  });

  it("POST /projects/import leaves out installed packages, version control, caches and system files, a folder as one entry", async () => {
    const { project, paths } = await imported([
      ...app,
      ...files("node_modules/a/index.js", "node_modules/b/con.js", "node_modules/b/node_modules/c/index.js"),
      ...files(".git/HEAD", ".turbo/log", ".wrangler/state/x.sqlite", "__MACOSX/._index.html", "src/.DS_Store"),
      ...files("packages/ui/node_modules/d/index.js", "bun.lockb", "tsconfig.tsbuildinfo"),
    ]);
    expect(paths).toEqual(["index.html", "package.json", "src/main.ts"]);
    expect(listed(project.skipped)).toEqual({
      "bun.lockb": "binary_lockfile",
      "node_modules/": "dependencies",
      "packages/ui/node_modules/": "dependencies",
      ".git/": "version_control",
      ".turbo/": "cache",
      ".wrangler/": "cache",
      "tsconfig.tsbuildinfo": "cache",
      "__MACOSX/": "system_file",
      "src/.DS_Store": "system_file",
    });
    const bytes = "node_modules/a/index.jsnode_modules/b/con.jsnode_modules/b/node_modules/c/index.js".length;
    expect(project.skipped).toContainEqual({ path: "node_modules/", bytes, reason: "dependencies" });
  });

  it("POST /projects/import omits files that Windows and Python add: Zone.Identifier files, and a virtual environment", async () => {
    const { project, paths } = await imported([
      ...app,
      ...files("public/icon.png", "public/icon.png:Zone.Identifier", "src/a.ts\uf03aZone.Identifier"),
      ...files("api/.venv/home.cfg", "api/.venv/Lib/site-packages/a/b.py", "tools/env/lib/site-packages/c/d.py"),
    ]);
    expect(paths).toEqual(["index.html", "package.json", "public/icon.png", "src/main.ts"]);
    expect(listed(project.skipped)).toEqual({
      "api/.venv/": "dependencies",
      "tools/env/lib/site-packages/": "dependencies",
      "public/icon.png:Zone.Identifier": "system_file",
      "src/a.ts\uf03aZone.Identifier": "system_file",
    });
  });

  it("POST /projects/import leaves out more installed packages than a project may have files", async () => {
    const packages = Array.from({ length: 25_000 }, (_, at) => ({ name: `app/node_modules/p${at}.js` }));
    const { project, paths } = await imported([...packages, ...files("app/package.json", "app/index.html")]);
    expect(paths).toEqual(["index.html", "package.json"]);
    expect(listed(project.skipped)).toEqual({ "node_modules/": "dependencies" });
  });

  it("POST /projects/import omits an empty folder of packages, which a browser sends in place of a full folder", async () => {
    const { project } = await imported([...app, { name: "node_modules/" }]);
    expect(project.skipped).toEqual([{ path: "node_modules/", bytes: 0, reason: "dependencies" }]);
  });

  it("POST /projects/import leaves out a symbolic link and its target", async () => {
    const { project, paths } = await imported([...app, { name: "link", content: "/etc/passwd", mode: 0o120777 }]);
    expect(paths).not.toContain("link");
    expect(project.skipped).toEqual([{ path: "link", bytes: 11, reason: "link" }]);
  });

  it("POST /projects/import keeps a folder of an output's name that has TypeScript or that vite.config imports from", async () => {
    const config = {
      name: "vite.config.js",
      content: 'import { plugins } from "./build/plugins";\nexport default { plugins };',
    };
    const own = await imported([...app, config, ...files("build/plugins/index.js", "dist/index.html")]);
    expect(own.paths).toContain("build/plugins/index.js");
    const inFolder = {
      name: "web/vite.config.ts",
      content: 'import { roots } from "../build/paths";\nexport default roots;',
    };
    expect((await imported([...app, inFolder, ...files("build/paths.js")])).paths).toContain("build/paths.js");
    expect(listed(own.project.skipped)).toEqual({ "dist/": "build_output" });
    const { paths } = await imported([...app, ...files("build/plugins/index.ts", "dist/index.d.ts")]);
    expect(paths).toEqual(["build/plugins/index.ts", "index.html", "package.json", "src/main.ts"]);
  });

  it("POST /projects/import leaves out build output beside a package with its sources", async () => {
    const outputs = [
      "dist/index.html",
      "build/static/main.js",
      "out/index.html",
      ".next/BUILD_ID",
      "coverage/lcov.info",
    ];
    const { project, paths } = await imported([
      ...app,
      ...files(...outputs, "packages/ui/package.json", "packages/ui/src/index.ts", "packages/ui/dist/index.js"),
    ]);
    expect(paths).toEqual([
      "index.html",
      "package.json",
      "packages/ui/package.json",
      "packages/ui/src/index.ts",
      "src/main.ts",
    ]);
    expect(Object.keys(listed(project.skipped)).sort()).toEqual(
      [".next/", "build/", "coverage/", "dist/", "out/", "packages/ui/dist/"].sort(),
    );
  });
});

describe("files that an import keeps", () => {
  it("POST /projects/import keeps a folder of sources with the name of a build output", async () => {
    const names = ["src/build/house.ts", "src/out/door.ts", "app/coverage/page.tsx"];
    const { project, paths } = await imported([...app, ...files(...names)]);
    expect(paths).toEqual([...names, ...app.map(({ name }) => String(name))].sort());
    expect(project.skipped).toEqual([]);
  });

  it("POST /projects/import keeps static output without sources: the folder itself, beside a README, or in a package", async () => {
    const zipped = await imported(files("dist/index.html", "dist/assets/index-1a2b.js"));
    expect(zipped.paths).toEqual(["assets/index-1a2b.js", "index.html"]);
    const besideReadme = await imported(files("README.md", "out/index.html", "out/_next/static/main.js"));
    expect(besideReadme.paths).toContain("out/index.html");
    expect(besideReadme.project.root).toBe("out");
    const withoutSources = await imported(
      files("package.json", "vite.config.ts", "dist/index.html", "dist/assets/index.js", "build/cache.bin"),
    );
    expect(withoutSources.paths).toContain("dist/assets/index.js");
    expect(withoutSources.project).toMatchObject({
      root: "dist",
      skipped: [{ path: "build/", reason: "build_output" }],
    });
  });

  it("POST /projects/import keeps build output when no dependency can build its sources", async () => {
    const site = files("src/index.pug", "src/site.scss", "dist/index.html", "dist/site.css");
    const { project, paths } = await imported([
      { name: "package.json", content: '{"devDependencies":{"gulp":"5"}}' },
      ...site,
    ]);
    expect(paths).toContain("dist/site.css");
    expect(project.root).toBe("dist");
    const built = await imported([{ name: "package.json", content: '{"devDependencies":{"vite":"8"}}' }, ...site]);
    expect(built.paths).not.toContain("dist/site.css");
  });

  it("POST /projects/import keeps build output that the project's own page loads", async () => {
    const page = { name: "index.html", content: '<script src="./dist/app.js"></script>' };
    const { paths } = await imported([page, ...files("package.json", "src/app.ts", "dist/app.js")]);
    expect(paths).toContain("dist/app.js");
  });

  it("POST /projects/import keeps images of 200 KB and lock files of 1 MB on the free plan", async () => {
    const { project, paths } = await imported([
      ...app,
      { name: "public/photo.png", content: new Uint8Array(200_000) },
      { name: "package-lock.json", content: "x".repeat(1_000_000) },
    ]);
    expect(paths).toContain("public/photo.png");
    expect(paths).toContain("package-lock.json");
    expect(project.skipped).toEqual([]);
  });
});

/** @returns incompressible bytes, so that an archive is not refused as a zip bomb */
const noise = (bytes: number): Uint8Array => {
  const content = new Uint8Array(bytes);
  for (let at = 0; at < bytes; at += 65_536) crypto.getRandomValues(content.subarray(at, at + 65_536));
  return content;
};

describe("a project that is larger than its plan allows", () => {
  const images: ZipEntry[] = Array.from({ length: 1_010 }, (_, at) => ({
    name: `public/${at}.png`,
    content: "x".repeat(at),
  }));

  it("An import over the plan's size leaves out the largest assets and lists them", async () => {
    const { project, paths } = await imported([...app, ...images]);
    expect(paths).toHaveLength(1_000);
    expect(project.skipped).toHaveLength(13);
    expect(project.skipped[0]).toEqual({ path: "public/1009.png", bytes: 1_009, reason: "project_too_large" });
  });

  it("An import whose sources exceed the plan's size is refused, with the largest folders and a sufficient plan", async () => {
    const ada = await newAccount();
    const sources = Array.from({ length: 1_001 }, (_, at) => ({ name: `src/${at}.ts` }));
    const body = new Uint8Array(makeZip([...app, ...images.slice(0, 10), ...sources]));
    const problem = await ada.problem(413, "/v1/projects/import", { body, headers });
    expect(problem).toMatchObject({
      code: "project_too_large",
      files: 1_004,
      maxFiles: 1_000,
      plan: "pro",
      folders: [{ path: "src", files: 1_002 }],
    });
    expect(problem.detail).toContain("src");
    expect((await ada.expect<{ data: unknown[] }>(200, "/v1/projects")).data).toEqual([]);
  });

  it("The size of a project does not include its lock files, in an import or a later batch", async () => {
    const ada = await onPlan(await newAccount(), "free");
    const declarations: ZipEntry[] = Array.from({ length: 2 }, (_, at) => ({
      name: `types/${at}.d.ts`,
      content: "x".repeat(2_000_000),
      method: "deflate",
    }));
    const assets: ZipEntry[] = Array.from({ length: 10 }, (_, at) => ({
      name: `public/${at}.png`,
      content: noise(1_900_000),
    }));
    const { at, project } = await imported([...app, ...declarations, ...assets], ada);
    expect(project.skipped).toEqual([]);
    await ada.expect(201, `${at}/batches`, { body: { operations: [{ op: "write", path: "a.ts", content: "a" }] } });
    const large = { op: "write", path: "b.png", encoding: "base64", content: "A".repeat(2_700_000) };
    const problem = await ada.problem(413, `${at}/batches`, { body: { operations: [large] } });
    expect(problem.code).toBe("project_too_large");
  });
});

describe("the list of skipped files", () => {
  it("The list of skipped files belongs to the project and its forks, and is absent without an import", async () => {
    const { ada, at, project } = await imported([...app, ...files(".git/HEAD")]);
    const report = { skipped: project.skipped, skippedTotal: 1, environment: [], root: "", roots: project.roots };
    expect((await ada.expect<ProjectDetail>(200, at)).import).toEqual(report);
    const fork = await ada.expect<{ id: string }>(201, `${at}/fork`, { body: {} });
    expect((await ada.expect<ProjectDetail>(200, `/v1/projects/${fork.id}`)).import).toEqual(report);
    const blank = await ada.expect<{ id: string }>(201, "/v1/projects", { body: { name: "Blank" } });
    expect(await ada.expect<ProjectDetail>(200, `/v1/projects/${blank.id}`)).not.toHaveProperty("import");
  });

  it("The list of skipped files has 200 entries, likely causes of a broken build first, and a total", async () => {
    const noted = Array.from({ length: 250 }, (_, at) => ({ name: `f${at}/.DS_Store` }));
    const { project } = await imported([...noted, ...app, { name: "big.txt", content: "x".repeat(60_000) }]);
    expect(project.skipped).toHaveLength(200);
    expect(project.skippedTotal).toBe(251);
    expect(project.skipped[0]).toEqual({ path: "big.txt", bytes: 60_000, reason: "file_too_large" });
  });
});

describe("the folder to build", () => {
  const manifest = (name: string, dependency: string) =>
    JSON.stringify({ name, scripts: { dev: "x" }, devDependencies: { [dependency]: "1" } });
  const workspace: ZipEntry[] = [
    { name: "shop/package.json", content: '{"name":"shop","workspaces":["apps/*"],"devDependencies":{"vite":"8"}}' },
    { name: "shop/apps/admin/package.json", content: manifest("admin", "next") },
    { name: "shop/apps/web/package.json", content: manifest("web", "vite") },
    { name: "shop/apps/web/index.html", content: "<h1>web</h1>" },
  ];
  const choiceAt = async ({ ada, at }: { ada: Caller; at: string }) =>
    JSON.parse((await ada.expect<{ content: string }>(200, `${at}/files/edgesmith.json`)).content);

  it("The most likely of several app folders is stored in edgesmith.json, and the response lists the others", async () => {
    const made = await imported(workspace);
    expect(made.project).toMatchObject({
      root: "apps/web",
      roots: [
        { path: "apps/web", framework: "vite", name: "web" },
        { path: "apps/admin", framework: "next", name: "admin" },
      ],
    });
    expect(await choiceAt(made)).toEqual({ root: "apps/web" });
  });

  it("The app folder in the archive's edgesmith.json is used, and its other settings stay", async () => {
    const settings = (content: string): ZipEntry[] => [...workspace, { name: "shop/edgesmith.json", content }];
    const named = await imported(settings('{"root":"./apps/admin/"}'));
    expect(named.project.root).toBe("apps/admin");
    expect(await choiceAt(named)).toEqual({ root: "./apps/admin/" });
    const other = await imported(settings('{"theme":"dark","root":"gone"}'));
    expect(await choiceAt(other)).toEqual({ theme: "dark", root: "apps/web" });
    const broken = await imported(settings("{root"));
    expect((await broken.ada.expect<{ content: string }>(200, `${broken.at}/files/edgesmith.json`)).content).toBe(
      "{root",
    );
  });

  it("The app folder is the repository's root when a page is there, and no file stores it", async () => {
    const { project, paths } = await imported(app);
    expect(project).toMatchObject({ root: "", roots: [{ path: "", framework: null, name: null }] });
    expect(paths).not.toContain("edgesmith.json");
  });

  it("The app folder is null when nothing looks like an app", async () => {
    expect((await imported(files("notes.md"))).project).toMatchObject({ root: null, roots: [] });
  });
});
