import { Buffer } from "node:buffer";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { FileContent, FileEntry, ImportedProject } from "../../../worker/contract/index.ts";
import { makeTar, makeTarGz, type TarEntry } from "../../properties/tar-maker.ts";
import { makeZip } from "../../properties/zip-maker.ts";
import { newAccount } from "../stage/client.ts";

const headers = { "Content-Type": "application/gzip" };

async function imported(body: Uint8Array, type = headers) {
  const ada = await newAccount();
  const init = { body: new Uint8Array(body), headers: type };
  const project = await ada.expect<ImportedProject>(201, "/v1/projects/import", init);
  const at = `/v1/projects/${project.id}/files`;
  const { data } = await ada.expect<{ data: FileEntry[] }>(200, at);
  return { ada, at, project, paths: data.map(({ path }) => path).sort() };
}

async function refusal(body: Uint8Array) {
  const ada = await newAccount();
  const problem = await ada.problem(422, "/v1/projects/import", { body: new Uint8Array(body), headers });
  expect((await ada.expect<{ data: unknown[] }>(200, "/v1/projects")).data).toEqual([]);
  return problem;
}

const deep = `src/${"folder/".repeat(13)}`;
const app: TarEntry[] = [
  { name: "app-main/", type: "5" },
  { name: "app-main/index.html", content: "<h1>é</h1>" },
  { name: "app-main/package.json", content: "{}" },
];

describe("a gzipped tar", () => {
  it("A gzipped tar imports as the same project as a zip, without its outer folder", async () => {
    const { ada, at, paths } = await imported(makeTarGz(app));
    expect(paths).toEqual(["index.html", "package.json"]);
    expect((await ada.expect<FileContent>(200, `${at}/index.html`)).content).toBe("<h1>é</h1>");
  });

  it("A gzipped tar may have long names in pax, GNU and ustar formats, and names that start with ./", async () => {
    const entries: TarEntry[] = [
      { name: "./", type: "5" },
      { name: "./index.html" },
      { name: `${deep}pax-日本.ts`, longName: "pax", content: "1" },
      { name: `./${deep}gnu.ts`, longName: "gnu", content: "2" },
      { name: `${deep}ustar.ts`, longName: "ustar", content: "3" },
    ];
    const { paths } = await imported(makeTarGz(entries));
    expect(paths).toEqual(["index.html", `${deep}gnu.ts`, `${deep}pax-日本.ts`, `${deep}ustar.ts`].sort());
  });

  it("A gzipped tar is imported without links, devices and skipped files, and lists them", async () => {
    const { project, paths } = await imported(
      makeTarGz([
        ...app,
        { name: "app-main/hard", type: "1", linkTo: "app-main/index.html" },
        { name: "app-main/soft", type: "2", linkTo: "/etc/passwd" },
        { name: "app-main/null", type: "3" },
        { name: "app-main/._index.html", content: "x" },
        { name: "app-main/node_modules/a/index.js", content: "x" },
      ]),
    );
    expect(paths).toEqual(["index.html", "package.json"]);
    expect(project.skipped.map(({ path, reason }) => [path, reason])).toEqual([
      ["hard", "link"],
      ["soft", "link"],
      ["null", "special_file"],
      ["node_modules/", "dependencies"],
      ["._index.html", "system_file"],
    ]);
  });

  it("A gzipped tar of several members, or with zeros behind it, is imported as gunzip reads it", async () => {
    const tar = makeTar(app);
    const members = [tar.subarray(0, 700), tar.subarray(700)].map((part) => gzipSync(part));
    for (const archive of [Buffer.concat(members), Buffer.concat([gzipSync(tar), Buffer.alloc(512)])])
      expect((await imported(archive)).paths).toEqual(["index.html", "package.json"]);
  });

  it("A gzipped tar is recognized by its first bytes, whatever its media type", async () => {
    expect((await imported(makeTarGz(app), { "Content-Type": "application/zip" })).paths).toContain("index.html");
    expect((await imported(makeZip([{ name: "a.txt", content: "a" }]))).paths).toEqual(["a.txt"]);
  });
});

describe("a refused gzipped tar", () => {
  const good: TarEntry = { name: "good.txt", content: "good" };
  const packed = makeTarGz([good, { name: "b.txt", content: "b".repeat(5_000) }]);

  it.each<[string, Uint8Array, string]>([
    ["that leaves its folder", makeTarGz([good, { name: "../../etc/passwd", content: "x" }]), "invalid_path"],
    ["with an absolute name", makeTarGz([{ name: "/etc/passwd", content: "x" }]), "invalid_path"],
    [
      "whose long name leaves it",
      makeTarGz([{ name: `${deep}${"../".repeat(16)}x`, longName: "pax" }]),
      "invalid_path",
    ],
    ["that leaves a folder which is left out", makeTarGz([{ name: "node_modules/../../x" }]), "invalid_path"],
    ["with a file twice", makeTarGz([good, good]), "invalid_archive"],
    ["whose gzip is cut off", packed.slice(0, -20), "invalid_archive"],
    ["whose gzip is broken", packed.map((byte, at) => (at === 60 ? byte ^ 255 : byte)), "invalid_archive"],
    ["whose tar is cut off", new Uint8Array(gzipSync(makeTar([good]).slice(0, 700))), "invalid_archive"],
    ["with a wrong checksum", makeTarGz([{ ...good, checksum: 1 }]), "invalid_archive"],
    ["with a file that says it is longer", makeTarGz([{ ...good, declaredBytes: 100_000 }]), "invalid_archive"],
    ["that is a gzip of something else", new Uint8Array(gzipSync(Buffer.alloc(3_000, "x"))), "invalid_archive"],
    ["that is a bomb", makeTarGz([{ name: "zeros", content: new Uint8Array(20_000_000) }]), "invalid_archive"],
  ])("A gzipped tar is refused and creates nothing: %s", async (_what, body, code) => {
    expect((await refusal(body)).code).toBe(code);
  });
});
