import { describe, expect, it } from "vitest";
import type { FileEntry, ImportedProject } from "../../../worker/contract/index.ts";
import { makeZip, type ZipEntry } from "../../properties/zip-maker.ts";
import { onPlan } from "../database/direct.ts";
import { type Caller, newAccount } from "../stage/client.ts";

const headers = { "Content-Type": "application/zip" };

async function imported(entries: ZipEntry[], caller?: Caller) {
  const ada = caller ?? (await newAccount());
  const body = new Uint8Array(makeZip(entries));
  const project = await ada.expect<ImportedProject>(201, "/v1/projects/import?name=App", { body, headers });
  const at = `/v1/projects/${project.id}`;
  const { data } = await ada.expect<{ data: FileEntry[] }>(200, `${at}/files`);
  return { ada, at, project, paths: data.map(({ path }) => path).sort() };
}

const app = (folder: string): ZipEntry[] => [
  { name: `${folder}index.html`, content: "<h1>It runs</h1>" },
  { name: `${folder}package.json`, content: "{}" },
  { name: `${folder}src/main.ts`, content: "export {};" },
];
const appPaths = ["index.html", "package.json", "src/main.ts"];
const deflated = (entries: ZipEntry[]): ZipEntry[] => entries.map((entry) => ({ ...entry, method: "deflate" }));
const pathsOf = async (entries: ZipEntry[]) => (await imported(entries)).paths;

describe("a package.json in an archive", () => {
  it.each(["\\u0000", "\\ud800"])(
    "A name that PostgreSQL cannot store is reported with a replacement: a%sb",
    async (odd) => {
      const manifest = `{"name":"a${odd}b"}`;
      const entries = ["apps/web", "apps/admin"].flatMap((folder) => [
        { name: `${folder}/package.json`, content: manifest },
        { name: `${folder}/index.html`, content: "<h1>x</h1>" },
      ]);
      const { project } = await imported(entries);
      expect(project.roots.map(({ name }) => name)).toEqual(["a\ufffdb", "a\ufffdb"]);
      expect((await imported([{ name: "index.html" }, { name: "package.json", content: manifest }])).project.root).toBe(
        "",
      );
    },
  );
});

describe("names in an archive", () => {
  it("Names in Unicode normal form D, as macOS writes them, are stored in form C", async () => {
    expect(await pathsOf([{ name: "cafe\u0301.txt", content: "x" }, { name: "한.md".normalize("NFD") }])).toEqual(
      ["caf\u00e9.txt", "한.md"].sort(),
    );
  });

  it("Names with backslashes, as some Windows tools write them, are paths, and so are their folders", async () => {
    const entries = [{ name: "src\\" }, { name: "src\\app\\main.ts", content: "x" }, { name: "index.html" }];
    expect(await pathsOf(entries)).toEqual(["index.html", "src/app/main.ts"]);
  });

  it("Names in UTF-8 without the flag are decoded as UTF-8, and others as code page 437", async () => {
    const name = new Uint8Array([0x82, 0x2e, 0x74]);
    expect(
      await pathsOf([
        { name: "größe.txt", flags: 0 },
        { name, flags: 0 },
      ]),
    ).toEqual(["größe.txt", "é.t"].sort());
  });

  it.each([
    ["..\\..\\etc\\passwd", "invalid_path"],
    ["C:\\autoexec.bat", "invalid_path"],
    [".git\\..\\config", "invalid_path"],
    ["a%252e%252e%252fb", "invalid_path"],
    ["a%25252Fb", "invalid_path"],
  ])("Names are validated as paths after normalization: %s", async (name, code) => {
    const ada = await newAccount();
    const body = new Uint8Array(makeZip([{ name, content: "x" }]));
    expect((await ada.problem(422, "/v1/projects/import", { body, headers })).code).toBe(code);
  });

  it("Names that normalize to the same path are refused", async () => {
    const ada = await newAccount();
    for (const names of [
      ["cafe\u0301", "caf\u00e9"],
      ["a\\b", "a/b"],
    ]) {
      const body = new Uint8Array(makeZip(names.map((name) => ({ name, content: name }))));
      expect((await ada.problem(422, "/v1/projects/import", { body, headers })).code).toBe("invalid_archive");
    }
  });
});

describe("an archive with one outer folder", () => {
  it.each<[string, ZipEntry[]]>([
    ["of GitHub", [{ name: "app-main/" }, ...app("app-main/")]],
    [
      "of macOS, with what that adds for itself",
      [
        ...app("My App/"),
        { name: "My App/.DS_Store", content: "\0\0\0\x01Bud1" },
        { name: "__MACOSX/My App/._index.html", content: new Uint8Array([0, 5, 0x16, 7, 0]) },
      ],
    ],
    ["written on Windows", app("app\\")],
    ["in a folder", app("download/app-main/")],
  ])("The outer folder of an archive is removed: %s", async (_what, entries) => {
    expect(await pathsOf(entries)).toEqual(appPaths);
  });

  it("The outer folder of a monorepo's archive is removed", async () => {
    const entries = [...app("shop-main/client/"), { name: "shop-main/server/package.json", content: "{}" }];
    expect(await pathsOf(entries)).toEqual(
      ["edgesmith.json", "server/package.json", ...appPaths.map((path) => `client/${path}`)].sort(),
    );
  });

  it("The outer folder of an archive is removed when the app is a server alone", async () => {
    expect(await pathsOf([{ name: "api/src/server.ts" }, { name: "api/src/db.ts" }])).toEqual([
      "src/db.ts",
      "src/server.ts",
    ]);
  });

  it("The outer folder of an archive is removed when its page is in the public folder", async () => {
    const entries = [{ name: "site-main/README.md" }, { name: "site-main/public/index.html" }];
    expect(await pathsOf(entries)).toEqual(["README.md", "public/index.html"]);
  });

  it("An outer folder that may be a part of the project stays", async () => {
    expect(await pathsOf([{ name: "src/server.ts" }])).toEqual(["src/server.ts"]);
    expect(await pathsOf([{ name: "public/index.html" }])).toEqual(["public/index.html"]);
    expect(await pathsOf([{ name: "notes/one.md" }, { name: "notes/two.md" }])).toEqual([
      "notes/one.md",
      "notes/two.md",
    ]);
    expect(await pathsOf([...app("app/"), { name: "README.md" }])).toEqual(
      ["README.md", "edgesmith.json", ...appPaths.map((path) => `app/${path}`)].sort(),
    );
  });

  it("An exported archive imports as the same project", async () => {
    const { ada, at } = await imported([...app("app/"), { name: "gone" }]);
    const operations = ["gone", "edgesmith.json"].map((path) => ({ op: "delete", path }));
    await ada.expect(201, `${at}/batches`, { body: { operations } });
    const body = await (await ada.request(`${at}/archive.zip`)).bytes();
    const { id } = await ada.expect<ImportedProject>(201, "/v1/projects/import", { body, headers });
    const { data } = await ada.expect<{ data: FileEntry[] }>(200, `/v1/projects/${id}/files`);
    expect(data.map(({ path }) => path)).toEqual(appPaths.map((path) => `app/${path}`));
  });
});

describe("an archive of files with byte order marks", () => {
  it("A file with a byte order mark builds like one without, whatever its type", async () => {
    const page = '<link rel="stylesheet" href="/src/style.css" /><script type="module" src="/src/main.tsx"></script>';
    const { ada, at } = await imported(
      [
        { name: "index.html", content: page },
        { name: "package.json", content: '{"dependencies":{}}' },
        { name: "tsconfig.json", content: '{"compilerOptions":{"strict":true}}' },
        { name: "src/style.css", content: "body { color: red }" },
        { name: "src/main.tsx", content: 'import data from "./data.json";\nconsole.log(data);\n' },
        { name: "src/data.json", content: '{"a":1}' },
        { name: "src/server.ts", content: 'export default { fetch: () => new Response("hi") };\n' },
      ].map(({ name, content }) => ({ name, content: `\ufeff${content}` })),
    );
    const { build } = await ada.expect<{ build: unknown }>(201, `${at}/preview`, { body: {} });
    expect(build).toEqual({ ok: true, diagnostics: [] });
  });
});

describe("a file that is too large for the plan", () => {
  it("A file over the plan's limit is left out of an import and listed", async () => {
    const entries = deflated([...app("app/"), { name: "app/big.txt", content: "x".repeat(51_201) }]);
    const { project, paths } = await imported(entries);
    expect(project.skipped).toEqual([{ path: "big.txt", bytes: 51_201, reason: "file_too_large" }]);
    expect(paths).toEqual(appPaths);
    const pro = await onPlan(await newAccount(), "pro");
    expect((await imported(entries, pro)).project.skipped).toEqual([]);
  });

  it("A lock file, a generated declaration or a minified script may have up to 2 MB", async () => {
    const content = "x".repeat(900_000);
    const names = [
      "package-lock.json",
      "pnpm-lock.yaml",
      "worker-configuration.d.ts",
      "js/lib.min.js",
      "public/map.json",
    ];
    const { ada, at, project, paths } = await imported([
      ...deflated(names.map((name) => ({ name, content }))),
      ...deflated([
        { name: "public/decoder.js", content },
        { name: "yarn.lock", content: "x".repeat(2 * 1024 * 1024 + 1) },
      ]),
    ]);
    expect(paths).toEqual([...names].sort());
    expect(project.skipped.map(({ path }) => path)).toEqual(["yarn.lock", "public/decoder.js"]);
    const write = (path: string) => ({ body: { operations: [{ op: "write", path, content }] } });
    await ada.expect(201, `${at}/batches`, write("package-lock.json"));
    for (const path of ["package-lock.txt", "public/map.json", "big.bin"])
      expect(await ada.problem(413, `${at}/batches`, write(path))).toMatchObject({
        code: "file_too_large",
        limit: 51_200,
      });
  });

  it("A zip bomb creates no project", async () => {
    const ada = await newAccount();
    const bomb = new Uint8Array(makeZip([{ name: "zeros", content: new Uint8Array(20_000_000), method: "deflate" }]));
    expect((await ada.problem(422, "/v1/projects/import", { body: bomb, headers })).code).toBe("invalid_archive");
  });
});
