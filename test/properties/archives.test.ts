import { Buffer } from "node:buffer";
import { randomBytes } from "node:crypto";
import { eq } from "drizzle-orm";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { blob, project } from "../../drizzle/schema/index.ts";
import { archiveProject, importProject, listFiles, sweepContents } from "../../worker/projects/index.ts";
import { batchOf, type PlannedStep, step } from "./batch-arbitraries.ts";
import { openStage, runsOf, type Stage } from "./stage.ts";
import { afterBatch, faultsOf, type History, headOf, noStats, treeAt } from "./tree-model.ts";
import { unzipByHand, unzipWithSystem } from "./unzip.ts";
import { makeZip, type ZipEntry } from "./zip-maker.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(async () => stage.stop());

async function archived(projectId: string, revision?: number): Promise<Uint8Array> {
  const archive = await archiveProject(stage.context, { projectId, revision: revision?.toString() });
  const { stream, written } = await archive.open();
  const [bytes] = await Promise.all([new Response(stream).bytes(), written]);
  return bytes;
}

const imported = async (archive: Uint8Array): Promise<string> =>
  (await importProject(stage.context, { name: "Imported", archive })).id;

/** Plays a plan's history on a project, without the steps that must be refused. */
async function planned(plan: PlannedStep[]): Promise<{ projectId: string; history: History }> {
  const projectId = await stage.newProject();
  let history: History = [{ tree: new Map(), stats: noStats }];
  for (const one of plan) {
    if (one.kind !== "batch") continue;
    const input = batchOf(history, one);
    if (faultsOf(history, input).size > 0) continue;
    await stage.apply(projectId, input);
    history = afterBatch(history, input);
  }
  return { projectId, history };
}

const contents = (files: Iterable<readonly [string, Uint8Array]>) =>
  Object.fromEntries([...files].map(([path, bytes]) => [path, Buffer.from(bytes).toString("base64")]));

describe("an archive", () => {
  it("the archive of a revision is the same bytes at any time, and holds exactly that revision's files", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), fc.nat(), async (plan, nat) => {
        const { projectId, history } = await planned(plan);
        const number = nat % history.length;
        const first = await archived(projectId, number);
        const want = contents([...treeAt(history, number)].map(([path, { bytes }]) => [path, bytes] as const));
        expect(contents(unzipByHand(first))).toEqual(want);
        await stage.apply(projectId, { operations: [{ op: "write", path: "later", content: "later" }] });
        expect(Buffer.from(await archived(projectId, number)).equals(first)).toBe(true);
      }),
      { numRuns: runsOf(50) },
    );
  });

  it("an archive that is imported and exported again is the same bytes", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (plan) => {
        const { projectId, history } = await planned(plan);
        const archive = await archived(projectId);
        const copy = await imported(archive);
        expect(Buffer.from(await archived(copy)).equals(archive)).toBe(true);
        const { data } = await listFiles(stage.context, { projectId: copy });
        expect(data.length).toBe(treeAt(history, headOf(history)).size);
      }),
      { numRuns: runsOf(50) },
    );
  });

  it("an archive can be unpacked by the system's unzip, except an empty one", async () => {
    const projectId = await stage.newProject();
    expect((await listFiles(stage.context, { projectId: await imported(await archived(projectId)) })).data).toEqual([]);
    const content = Buffer.from([0, 255, 10]).toString("base64");
    await stage.apply(projectId, {
      operations: [
        { op: "create", path: "empty", content: "" },
        { op: "create", path: "日本語/😀.bin", content, encoding: "base64" },
      ],
    });
    expect(contents(unzipWithSystem(await archived(projectId)))).toEqual({ empty: "", "日本語/😀.bin": content });
  });

  it("an archive whose reader disconnects in the middle is written no further", async () => {
    const projectId = await stage.newProject();
    for (let batch = 0; batch < 4; batch += 1) {
      const operations = Array.from({ length: 10 }, (_, at) => ({
        op: "create" as const,
        path: `${batch}/${at}.bin`,
        encoding: "base64" as const,
        content: randomBytes(60_000).toString("base64"),
      }));
      await stage.apply(projectId, { operations });
    }
    const { stream, written } = await (await archiveProject(stage.context, { projectId })).open();
    const ended = written.then(
      () => "to the end",
      () => "ended",
    );
    const reader = stream.getReader();
    await reader.read();
    await reader.cancel();
    expect(await ended).toBe("ended");
  });

  it("an import ignores the files that macOS adds", async () => {
    const archive = makeZip([
      { name: "a/.DS_Store", content: Buffer.from("0000000142756431", "hex") },
      { name: "a/b.txt", content: "mine" },
      { name: "__MACOSX/a/._b.txt", content: Buffer.from("0005160700020000", "hex") },
      { name: "a/" },
    ]);
    const { id, skipped } = await importProject(stage.context, { name: "Imported", archive });
    const { data } = await listFiles(stage.context, { projectId: id });
    expect(data.map(({ path }) => path)).toEqual(["a/b.txt"]);
    expect(skipped.map(({ path }) => path)).toEqual(["a/.DS_Store", "__MACOSX/"]);
  });
});

const kilobytes = (count: number): Buffer => Buffer.alloc(count * 1_024, "a");
const many = (count: number, entry: (at: number) => ZipEntry): ZipEntry[] =>
  Array.from({ length: count }, (_, at) => entry(at));
const good: ZipEntry = { name: "good.txt", content: "good" };
const cut = (archive: Uint8Array, from: number, to: number): Uint8Array =>
  new Uint8Array(Buffer.concat([archive.subarray(0, from), archive.subarray(to)]));

type Refused = { what: string; archive: () => Uint8Array; code: string; says: string };
const entryRefused = (what: string, code: string, entry: ZipEntry, says = String(entry.name)): Refused => ({
  what,
  code,
  says,
  archive: () => makeZip([good, entry]),
});

const refused: Refused[] = [
  entryRefused("a name that leaves the folder", "invalid_path", { name: "../../etc/passwd", content: "x" }),
  entryRefused("a name that leaves it on Windows", "invalid_path", { name: "..\\evil.txt", content: "x" }, "evil.txt"),
  entryRefused("an absolute name", "invalid_path", { name: "/etc/passwd", content: "x" }),
  entryRefused("a drive", "invalid_path", { name: "C:/evil.txt", content: "x" }),
  entryRefused("a folder that leaves the folder", "invalid_path", { name: "../up/" }, "../up"),
  entryRefused("a folder with a content", "invalid_path", { name: "folder/", content: "x" }),
  entryRefused("a name that leaves a folder which is left out", "invalid_path", { name: ".git/../../x", content: "x" }),
  entryRefused(
    "packages in a folder that has no name",
    "invalid_path",
    { name: "a//node_modules/b", content: "x" },
    "a/",
  ),
  entryRefused("a name that is not UTF-8", "invalid_path", { name: new Uint8Array([0x61, 0xff]), content: "x" }, "a"),
  entryRefused("an encrypted entry", "invalid_archive", { name: "secret", content: "x", flags: 0x0801 }),
  entryRefused("a content that is not what its checksum says", "invalid_archive", {
    name: "sum",
    content: "x",
    checksum: 7,
  }),
  entryRefused("a file that says it is small and unfolds to much", "invalid_archive", {
    name: "liar",
    content: kilobytes(50_000),
    method: "deflate",
    declaredBytes: 10,
  }),
  entryRefused("a file that says it is larger than it is", "invalid_archive", {
    name: "short",
    content: "x",
    method: "deflate",
    declaredBytes: 100,
  }),
  entryRefused("two names for one entry", "invalid_archive", { name: "one", localName: "two", content: "x" }),
  entryRefused("a name that is there twice", "invalid_archive", good),
  entryRefused("names that differ by case alone", "path_conflict", { name: "GOOD.txt", content: "x" }, "ood.txt"),
  entryRefused("a file where a folder is", "path_conflict", { name: "good.txt/below", content: "x" }),
  {
    what: "entries that share their bytes",
    code: "invalid_archive",
    says: "copy",
    archive: () =>
      makeZip([
        { name: "one", content: "x" },
        ...many(50, (at) => ({ name: `copy${at}`, localName: "one", content: "x", sameBytesAs: 0 })),
      ]),
  },
  {
    what: "a bomb of a thousandfold ratio",
    code: "invalid_archive",
    says: "far more than its size",
    archive: () => makeZip(many(30, (at) => ({ name: `${at}`, content: kilobytes(499), method: "deflate" }))),
  },
  {
    what: "more bytes than a project may have",
    code: "project_too_large",
    says: "Your plan allows",
    // Large enough that it is not mistaken for a bomb.
    archive: () =>
      makeZip(many(1_100, (at) => ({ name: `${at}`, content: randomBytes(5_200), declaredBytes: 499_999 }))),
  },
  {
    what: "more entries than a project may have files",
    code: "project_too_large",
    says: "10000",
    archive: () => makeZip(many(10_001, (at) => ({ name: `${at}` }))),
  },
  {
    what: "nothing but folders, and very many",
    code: "project_too_large",
    says: "10000",
    archive: () => makeZip(many(60_000, (at) => ({ name: `${at}/` }))),
  },
  { what: "nothing at all", code: "invalid_archive", says: "isn't a .zip", archive: () => new Uint8Array() },
  {
    what: "what is no archive",
    code: "invalid_archive",
    says: "isn't a .zip",
    archive: () => new Uint8Array(randomBytes(50_000)),
  },
  {
    what: "an archive cut off at its end",
    code: "invalid_archive",
    says: "is damaged",
    archive: () => makeZip([good, { name: "b", content: "b" }]).slice(0, -10),
  },
  {
    what: "an archive with a piece missing",
    code: "invalid_archive",
    says: "",
    archive: () => cut(makeZip([good, { name: "b", content: kilobytes(9) }]), 60, 4_000),
  },
];

describe("an archive that cannot be trusted is refused with the entry's name, after less than a second of work, and nothing is stored", () => {
  afterEach(async () => sweepContents(stage.context.database));

  const projects = async () => {
    const { database, actor } = stage.context;
    return (await database.select({ id: project.id }).from(project).where(eq(project.ownerId, actor.ownerId))).length;
  };

  for (const { what, archive, code, says } of refused) {
    it(what, async () => {
      const bytes = archive();
      const before = await projects();
      const from = process.cpuUsage();
      const detail = expect.stringContaining(says);
      await expect(importProject(stage.context, { name: "No", archive: bytes })).rejects.toMatchObject({
        code,
        detail,
      });
      const { user, system } = process.cpuUsage(from);
      // CPU seconds, which other programs on the machine lengthen little: less than one on an idle machine.
      expect((user + system) / 1e6).toBeLessThan(3);
      expect(await projects()).toBe(before);
    });
  }

  it("a refused archive whose first entries were stored leaves no content after the sweep", async () => {
    const { database } = stage.context;
    const marked = `only here ${crypto.randomUUID()}`;
    const held = () => database.select({ space: blob.space }).from(blob).where(eq(blob.content, marked));
    const archive = makeZip([
      { name: "first", content: marked },
      ...many(8, (at) => ({ name: `${at}`, content: randomBytes(400_000) })),
      { name: "broken", content: "x", checksum: 1 },
    ]);
    await expect(importProject(stage.context, { name: "No", archive })).rejects.toMatchObject({
      code: "invalid_archive",
    });
    expect(await held()).toHaveLength(1);
    await sweepContents(database);
    expect(await held()).toEqual([]);
  });
});
