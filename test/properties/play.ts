import { expect } from "vitest";
import { getProject, listFiles, listRevisions, restoreRevision } from "../../worker/projects/index.ts";
import { batchOf, type PlannedStep } from "./batch-arbitraries.ts";
import { codeOf, type Stage } from "./stage.ts";
import { afterBatch, afterRestore, faultsOf, type History, listed, noStats } from "./tree-model.ts";

export const filesOf = async ({ context }: Stage, projectId: string, revision?: number) =>
  (await listFiles(context, { projectId, revision: revision?.toString() })).data;

/** Plays a plan on a new project and on the model at once; each step must have the same result in both. */
export async function play(
  stage: Stage,
  plan: PlannedStep[],
): Promise<{ projectId: string; history: History; refused: number }> {
  const projectId = await stage.newProject();
  let history: History = [{ tree: new Map(), stats: noStats }];
  let refused = 0;
  for (const planned of plan) {
    if (planned.kind === "restore") {
      const number = planned.of % history.length;
      await restoreRevision(stage.context, { projectId, number: String(number) });
      history = afterRestore(history, number);
      continue;
    }
    const input = batchOf(history, planned);
    const faults = faultsOf(history, input);
    const before = await getProject(stage.context, projectId);
    const code = await codeOf(() => stage.apply(projectId, input));
    if (faults.size === 0) {
      expect(code, JSON.stringify(input)).toBeNull();
      history = afterBatch(history, input);
    } else {
      refused += 1;
      expect([...faults], JSON.stringify(input)).toContain(code);
      expect(await getProject(stage.context, projectId)).toEqual(before);
    }
  }
  return { projectId, history, refused };
}

/** Asserts that the tree at every revision, and every revision's statistics, equal the model's. */
export async function checkTrees(stage: Stage, projectId: string, history: History): Promise<void> {
  for (const [number, { tree }] of history.entries()) {
    expect(await filesOf(stage, projectId, number)).toEqual(listed(tree));
  }
  const { data } = await listRevisions(stage.context, projectId, { after: null, limit: 100 });
  expect(data.map(({ stats }) => stats).reverse()).toEqual(history.slice(1).map(({ stats }) => stats));
}
