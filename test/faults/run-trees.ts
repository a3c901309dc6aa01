import { createHash } from "node:crypto";
import { expect } from "vitest";
import { z } from "zod";
import { fileEntry, type RunEvent } from "../../worker/contract/index.ts";
import type { Caller } from "../stage/caller.ts";

const listed = z.object({ revision: z.int(), data: z.array(fileEntry) });
const written = z.object({ files: z.array(z.object({ path: z.string(), content: z.string() })) });

/** Returns the tree after each complete, accepted writing call, in order: the expected revisions. */
export function treesOf(log: RunEvent[]): Map<string, string>[] {
  const trees: Map<string, string>[] = [];
  for (const event of log) {
    if (event.type !== "tool.done" || event.name !== "write_files" || event.isError) continue;
    const tree = new Map(trees.at(-1));
    for (const { path, content } of written.parse(event.input).files) {
      tree.set(path, createHash("sha256").update(content).digest("hex"));
    }
    trees.push(tree);
  }
  return trees;
}

/** Expects every revision to contain exactly the output of complete calls: no partial file, and none too early. */
export async function expectTrees(caller: Caller, projectId: string, log: RunEvent[], head: number): Promise<void> {
  const trees = treesOf(log);
  expect(head, "as many revisions as calls that wrote").toBe(trees.length);
  for (const [index, tree] of trees.entries()) {
    const { data } = await caller.expect(listed, 200, `/v1/projects/${projectId}/files?revision=${index + 1}`);
    expect(new Map(data.map(({ path, sha256 }) => [path, sha256]))).toEqual(tree);
  }
}
