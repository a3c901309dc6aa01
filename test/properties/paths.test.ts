import { Buffer } from "node:buffer";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { tools } from "../../worker/agents/tools/index.ts";
import { projectWorkspace } from "../../worker/agents/workspace.ts";
import type { BuilderRpc } from "../../worker/contract/index.ts";
import { ignoredBy } from "../../worker/projects/archive/ignored-paths.ts";
import { archiveProject, importProject, listFiles, pathFault, readFile } from "../../worker/projects/index.ts";
import { anyPath } from "./path-arbitraries.ts";
import { codeOf, openStage, runsOf, type Stage } from "./stage.ts";
import { sha256Of } from "./tree-model.ts";
import { hasSystemUnzip, type Unzipped, unzipByHand, unzipWithSystem } from "./unzip.ts";
import { makeZip } from "./zip-maker.ts";

const seed = Number(process.env.PROPERTY_SEED ?? Date.now() % 2 ** 31);
console.log(`paths: PROPERTY_SEED=${seed}`);
const paths = fc.sample(anyPath, { numRuns: runsOf(10_000), seed });
const accepted = [...new Set(paths.filter((path) => pathFault(path) === null))];
const refused = [...new Set(paths.filter((path) => pathFault(path) !== null))];

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(async () => stage.stop());

/** The coarsest equivalence of two paths on any system. */
const foldOf = (path: string): string => path.toUpperCase().toLowerCase().replaceAll("i\u0307", "i");

/** Partitions paths into projects in which none is another's folder and no two differ by case alone. */
function apart(all: string[]): string[][] {
  const groups: { paths: string[]; files: Set<string>; folders: Set<string> }[] = [];
  for (const path of all) {
    const fold = foldOf(path);
    const folders = fold
      .split("/")
      .map((_, at, parts) => parts.slice(0, at + 1).join("/"))
      .slice(0, -1);
    const fits = groups.find(
      ({ files, folders: taken }) => !files.has(fold) && !taken.has(fold) && !folders.some((one) => files.has(one)),
    );
    const group = fits ?? { paths: [], files: new Set(), folders: new Set() };
    if (!fits) groups.push(group);
    group.paths.push(path);
    group.files.add(fold);
    for (const folder of folders) group.folders.add(folder);
  }
  return groups.map((group) => group.paths);
}

const contentOf = (path: string): string => `the file ${path}\n`;
const hashes = (files: Iterable<readonly [string, Uint8Array]>) =>
  Object.fromEntries([...files].map(([path, bytes]) => [path, sha256Of(bytes)]));
const expected = (group: string[]) => hashes(group.map((path) => [path, Buffer.from(contentOf(path))] as const));

async function stored(projectId: string): Promise<Record<string, string>> {
  const { data } = await listFiles(stage.context, { projectId });
  return Object.fromEntries(data.map(({ path, sha256 }) => [path, sha256]));
}

async function write(group: string[]): Promise<string> {
  const projectId = await stage.newProject();
  for (let at = 0; at < group.length; at += 1_000) {
    const operations = group
      .slice(at, at + 1_000)
      .map((path) => ({ op: "create" as const, path, content: contentOf(path) }));
    await stage.apply(projectId, { operations });
  }
  return projectId;
}

async function archived(projectId: string): Promise<Uint8Array> {
  const { stream, written } = await (await archiveProject(stage.context, { projectId })).open();
  const [bytes] = await Promise.all([new Response(stream).bytes(), written]);
  return bytes;
}

const imported = async (archive: Uint8Array): Promise<Record<string, string>> =>
  stored((await importProject(stage.context, { name: "Imported", archive })).id);

const zipOf = (files: Unzipped): Uint8Array =>
  makeZip([...files].map(([name, content]) => ({ name, content, method: "deflate" })));

describe(`${paths.length} paths of every kind`, () => {
  it("Enough of the paths are accepted, and enough are refused", () => {
    expect(accepted.length).toBeGreaterThan(paths.length / 5);
    expect(refused.length).toBeGreaterThan(paths.length / 10);
  });

  it("an accepted path survives writing, listing, the archive, unzipping and import unchanged", async () => {
    const unpack = hasSystemUnzip() ? unzipWithSystem : unzipByHand;
    for (const group of apart(accepted)) {
      const want = expected(group);
      const projectId = await write(group);
      expect(await stored(projectId)).toEqual(want);
      const archive = await archived(projectId);
      expect(hashes(unzipByHand(archive))).toEqual(want);
      const onDisk = unpack(archive);
      expect(hashes(onDisk)).toEqual(want);
      // An import ignores some paths by name; an export of ours is imported completely.
      expect(await imported(zipOf(onDisk))).toEqual(expected(group.filter((path) => ignoredBy(path) === null)));
      expect(await imported(archive)).toEqual(want);
    }
  }, 180_000);
});

/** Returns the error code with which an agent's tool refuses a path. */
async function toolCode(projectId: string, name: string, input: unknown): Promise<string | null> {
  const noBuilder: BuilderRpc = Object.create(null);
  const workspace = projectWorkspace(
    stage.context,
    { builder: noBuilder, viewer: null },
    { projectId, runId: "run_property" },
  );
  const tool = tools.find((one) => one.name === name);
  if (!tool) throw new Error(`there is no tool ${name}`);
  const call = { workspace, baseOf: () => 0, opId: `op_${crypto.randomUUID()}`, again: false, fence: "0", views: 0 };
  return codeOf(async () => {
    const { isError, content } = await tool.run(input, call);
    if (!isError) throw new Error(`${name} took ${JSON.stringify(input)}: ${content}`);
  });
}

/** The bytes of a name, with a lone surrogate encoded as if UTF-8 allowed it. */
const nameBytes = (path: string): Uint8Array =>
  Buffer.concat(
    [...path].map((one) => {
      const unit = one.charCodeAt(0);
      if (one.isWellFormed()) return Buffer.from(one);
      return Buffer.from([0xe0 | (unit >> 12), 0x80 | ((unit >> 6) & 0x3f), 0x80 | (unit & 0x3f)]);
    }),
  );

describe("a path that is refused", () => {
  it("a refused path gets the same code from every input", async () => {
    const projectId = await stage.newProject();
    await stage.apply(projectId, { operations: [{ op: "create", path: "a", content: "" }] });
    const { context } = stage;
    for (const path of refused) {
      // Names as macOS and Windows tools mangle them are imported under the intended name.
      const isMended = pathFault(path.replaceAll("\\", "/").normalize("NFC")) === null;
      const codes = {
        create: await codeOf(() => stage.apply(projectId, { operations: [{ op: "create", path, content: "x" }] })),
        move: await codeOf(() => stage.apply(projectId, { operations: [{ op: "move", path: "a", to: path }] })),
        ...(!isMended &&
          ignoredBy(path.replaceAll("\\", "/").normalize("NFC")) === null && {
            import: await codeOf(() =>
              importProject(context, { name: "No", archive: makeZip([{ name: nameBytes(path), content: "x" }]) }),
            ),
          }),
        read: await codeOf(() => readFile(context, { projectId, path })),
        tool: await toolCode(projectId, "write_files", { files: [{ path, content: "x" }] }),
        moveTool: await toolCode(projectId, "move_file", { from: "a", to: path }),
      };
      for (const [way, code] of Object.entries(codes))
        expect(code, `${way} ${JSON.stringify(path)}`).toBe("invalid_path");
    }
    expect(Object.keys(await stored(projectId))).toEqual(["a"]);
  }, 120_000);
});
