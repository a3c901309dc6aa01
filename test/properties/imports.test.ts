import { Buffer } from "node:buffer";
import { eq } from "drizzle-orm";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { project } from "../../drizzle/schema/index.ts";
import { tarSource } from "../../worker/projects/archive/tar-source.ts";
import { importProject, listFiles } from "../../worker/projects/index.ts";
import { openStage, runsOf, type Stage } from "./stage.ts";
import { makeTarGz } from "./tar-maker.ts";
import { makeZip } from "./zip-maker.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(async () => stage.stop());

const segment = fc.constantFrom(
  "src",
  "app",
  "dist",
  "build",
  "out",
  "node_modules",
  ".git",
  "public",
  "apps",
  "web",
  "x",
);
const fileName = fc.constantFrom(
  "index.html",
  "package.json",
  "main.ts",
  "logo.png",
  ".DS_Store",
  "bun.lockb",
  "a.tsbuildinfo",
  "notes.md",
);
const path = fc
  .tuple(fc.array(segment, { maxLength: 3 }), fileName)
  .map(([folders, name]) => [...folders, name].join("/"));
/** Files by path; no file name is also a folder name, so that no path is another's folder. */
const files = fc
  .uniqueArray(fc.tuple(path, fc.string({ maxLength: 40 })), { selector: ([one]) => one, minLength: 1, maxLength: 20 })
  .map((all) => all.map(([name, content]) => ({ name, content })));

const imported = (archive: Uint8Array) => importProject(stage.context, { name: "Imported", archive });
const treeOf = async (projectId: string) => (await listFiles(stage.context, { projectId })).data;

async function allOf<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

describe("an import", () => {
  it("an import accounts for every file once: in the project, or in the report by itself or its folder", async () => {
    await fc.assert(
      fc.asyncProperty(files, async (entries) => {
        const archive = makeZip([
          { name: "wrapped/README.md" },
          ...entries.map((one) => ({ ...one, name: `wrapped/${one.name}` })),
        ]);
        const { id, skipped, root } = await imported(archive);
        const tree = new Set((await treeOf(id)).map((one) => one.path));
        // Without a sign of a project's root the wrapping folder stays.
        const prefix = tree.has("README.md") ? "" : "wrapped/";
        for (const { name } of entries) {
          const at = prefix + name;
          const listedBy = skipped.filter(
            (one) => one.path === at || (one.path.endsWith("/") && at.startsWith(one.path)),
          );
          expect([at, listedBy.length + (tree.has(at) ? 1 : 0)]).toEqual([at, 1]);
        }
        const packed = entries.reduce((sum, one) => sum + Buffer.byteLength(one.content), 0);
        expect(skipped.reduce((sum, one) => sum + one.bytes, 0)).toBeLessThanOrEqual(packed);
        if (root) expect([...tree].some((one) => one.startsWith(`${root}/`))).toBe(true);
      }),
      { numRuns: runsOf(60) },
    );
  });

  it("the import of a gzipped tar equals that of a zip of the same files", async () => {
    await fc.assert(
      fc.asyncProperty(files, async (entries) => {
        const [zip, tar] = [await imported(makeZip(entries)), await imported(makeTarGz(entries))];
        const bytesOf = async ({ id }: { id: string }) => (await treeOf(id)).map((one) => [one.path, one.sha256]);
        expect(await bytesOf(tar)).toEqual(await bytesOf(zip));
        const { skipped, skippedTotal, root, roots } = zip;
        expect(tar).toMatchObject({ skipped, skippedTotal, root, roots });
      }),
      { numRuns: runsOf(40) },
    );
  });

  it("a gzipped tar yields complete contents, whatever their sizes and whichever of them are read", async () => {
    const sizes = fc.array(fc.tuple(fc.oneof(fc.nat(600), fc.nat(40_000)), fc.boolean()), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(sizes, async (all) => {
        const contents = all.map(([size], at) => Buffer.alloc(size, `${at} `));
        const source = tarSource(makeTarGz(contents.map((content, at) => ({ name: `${at}.txt`, content }))));
        const listed = await allOf(source.list());
        expect(listed.map(({ bytes }) => bytes)).toEqual(contents.map(({ length }) => length));
        const wanted = listed.filter(({ index }) => all[index]?.[1]);
        const read = await allOf(source.read(new Set(wanted)));
        expect(read.map(({ entry }) => entry)).toEqual(wanted);
        for (const { entry, content } of read) expect(content.equals(contents[entry.index] ?? Buffer.of())).toBe(true);
      }),
      { numRuns: runsOf(100) },
    );
  });

  it("a gzipped tar that is truncated anywhere is refused, and leaves no project", async () => {
    const whole = makeTarGz([
      { name: "index.html", content: "<h1>x</h1>" },
      { name: "a.txt", content: "abc".repeat(500) },
    ]);
    const { database, actor } = stage.context;
    const count = async () =>
      (await database.select({ id: project.id }).from(project).where(eq(project.ownerId, actor.ownerId))).length;
    const before = await count();
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 2, max: whole.length - 1 }), async (length) => {
        await expect(imported(whole.slice(0, length))).rejects.toMatchObject({ code: "invalid_archive" });
      }),
      { numRuns: runsOf(40) },
    );
    expect(await count()).toBe(before);
  });
});
