import { Buffer } from "node:buffer";
import { applyPatch } from "diff";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { deleteProject, diffRevisions, forkProject, readFile, restoreRevision } from "../../worker/projects/index.ts";
import { type PlannedStep, step } from "./batch-arbitraries.ts";
import { checkTrees, filesOf, play as playOn } from "./play.ts";
import { openStage, runsOf, type Stage } from "./stage.ts";
import { type History, headOf, listed, sha256Of, type Tree, treeAt } from "./tree-model.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(async () => stage.stop());

const files = (projectId: string, revision?: number) => filesOf(stage, projectId, revision);
const play = (plan: PlannedStep[]) => playOn(stage, plan);

async function checkDiff(projectId: string, history: History, from: number, to: number): Promise<void> {
  const { data } = await diffRevisions(stage.context, { projectId, from: String(from), to: String(to) });
  const [before, after] = [treeAt(history, from), treeAt(history, to)];
  const hash = (tree: Tree, path: string) => {
    const file = tree.get(path);
    return file ? sha256Of(file.bytes) : null;
  };
  const paths = [...new Set([...before.keys(), ...after.keys()])];
  const differing = paths.filter((path) => hash(before, path) !== hash(after, path));
  expect(data.map(({ path }) => path).sort()).toEqual(differing.sort());
  for (const { path, diff, binary, before: from, after: to } of data) {
    const [old, now] = [before.get(path), after.get(path)];
    expect({ from, to }).toEqual({ from: hash(before, path), to: hash(after, path) });
    expect(binary).toBe(old?.encoding === "base64" || now?.encoding === "base64");
    if (binary) expect(diff).toBeNull();
    else {
      const patched = applyPatch(old?.bytes.toString() ?? "", diff ?? "", { autoConvertLineEndings: false });
      expect(patched, `${path}: ${diff}`).toBe(now?.bytes.toString() ?? "");
    }
  }
}

describe("any sequence of batches and restores", () => {
  it("a sequence of batches and restores yields the model's tree at every revision, and the model's refusals change nothing", async () => {
    let revisions = 0;
    let refusals = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (plan) => {
        const { projectId, history, refused } = await play(plan);
        revisions += headOf(history);
        refusals += refused;
        await checkTrees(stage, projectId, history);
      }),
      { numRuns: runsOf(100) },
    );
    // A generator whose batches were all refused, or all accepted, would prove nothing.
    expect(revisions).toBeGreaterThan(refusals / 4);
    expect(refusals).toBeGreaterThan(revisions / 10);
  }, 120_000);

  it("a sequence of batches keeps every content byte for byte, in its encoding", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), fc.nat(), async (plan, nat) => {
        const { projectId, history } = await play(plan);
        const number = nat % history.length;
        for (const [path, { bytes, encoding }] of treeAt(history, number)) {
          const file = await readFile(stage.context, { projectId, path, revision: String(number) });
          expect(file.encoding).toBe(encoding);
          expect(file.content).toBe(bytes.toString(encoding === "base64" ? "base64" : "utf8"));
          expect(Buffer.from(file.content, encoding === "base64" ? "base64" : "utf8").equals(bytes)).toBe(true);
        }
      }),
      { numRuns: runsOf(40) },
    );
  }, 60_000);
});

describe("over any history", () => {
  it("the diff between two revisions turns the first into the second", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 8 }), fc.nat(), fc.nat(), async (plan, one, other) => {
        const { projectId, history } = await play(plan);
        await checkDiff(projectId, history, one % history.length, other % history.length);
        await checkDiff(projectId, history, 0, headOf(history));
      }),
      { numRuns: runsOf(80) },
    );
  }, 120_000);

  it("Restoring a revision yields its tree, and restoring the previous head undoes it", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), fc.nat(), async (plan, nat) => {
        const { projectId, history } = await play(plan);
        const number = nat % history.length;
        const hashes = async (revision?: number) =>
          (await files(projectId, revision)).map(({ revision: _, ...file }) => file);
        const before = await hashes();
        await restoreRevision(stage.context, { projectId, number: String(number) });
        expect(await hashes()).toEqual(await hashes(number));
        await restoreRevision(stage.context, { projectId, number: String(headOf(history)) });
        expect(await hashes()).toEqual(before);
      }),
      { numRuns: runsOf(50) },
    );
  }, 60_000);

  it("a fork equals the head, has its own history, and outlives its origin", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), fc.nat({ max: 2 }), async (plan, then) => {
        const { projectId, history } = await play(plan);
        const fork = await forkProject(stage.context, { id: projectId });
        const tree = treeAt(history, headOf(history));
        const head = listed(tree);
        expect(await files(fork.id)).toEqual(head.map((file) => ({ ...file, revision: 1 })));
        await stage.apply(fork.id, { operations: [{ op: "write", path: "only-the-fork's", content: "new" }] });
        expect(await files(projectId)).toEqual(head);
        if (then === 0) return;
        const [gone, left] = then === 1 ? [projectId, fork.id] : [fork.id, projectId];
        await deleteProject(stage.context, { id: gone, ifMatch: null });
        for (const [path, { bytes, encoding }] of tree) {
          const { content } = await readFile(stage.context, { projectId: left, path });
          expect(Buffer.from(content, encoding === "base64" ? "base64" : "utf8").equals(bytes)).toBe(true);
        }
      }),
      { numRuns: runsOf(40) },
    );
  }, 60_000);
});
