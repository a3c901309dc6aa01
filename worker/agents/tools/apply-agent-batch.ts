import type { BatchResult, EmittedEvent, Operation } from "../../contract/index.ts";
import { isManifest } from "../packages/manifest.ts";
import { withPackageVersions } from "./manifest-batch.ts";
import type { ToolContext, ToolResult } from "./tool.ts";

/** Returns the paths of an operation. */
const pathsOf = (operation: Operation): string[] =>
  operation.op === "move" ? [operation.path, operation.to] : [operation.path];

/**
 * Applies one batch against the agent's base revisions, under the call's id as its idempotency key.
 * @throws AppError as `applyBatch` does
 */
export async function commit(
  { workspace, baseOf, opId }: ToolContext,
  requested: Operation[],
  message: string,
): Promise<ToolResult> {
  const expectedRevision = baseOf(requested.flatMap(pathsOf));
  const { operations, notes } = await withPackageVersions(workspace, requested);
  const result = await workspace.applyBatch({ operations, message, expectedRevision, opId, onConflict: "merge" });
  return committed(result, await mergedPaths(operations, result), notes);
}

/**
 * Builds the tool result and the event of an applied batch. A merged file contains lines the agent has not seen, so its
 * base stays unchanged until the agent reads it.
 * @param merged the paths whose content was merged
 * @param packages notes on the packages that the batch added
 */
export function committed(
  { revision, changes }: BatchResult,
  merged: string[] = [],
  packages: string[] = [],
): ToolResult {
  const paths = changes.map((change) => change.path);
  const event: EmittedEvent = { type: "revision.created", revision, paths };
  return {
    content: JSON.stringify({
      revision,
      changes: changes.map(({ path, action, bytes }) => ({ path, action, bytes })),
      ...(merged.length === 0
        ? {}
        : {
            merged,
            note: "Somebody changed these files meanwhile; both changes were kept. Read them before you go on.",
          }),
      ...(packages.length === 0 ? {} : { packages }),
    }),
    events: [event],
    touched: { how: "wrote", revision, paths: paths.filter((path) => !merged.includes(path)) },
  };
}

/** Builds the result of a batch that was applied before its process died and the notes on its packages were lost. */
export function committedBefore(result: BatchResult): ToolResult {
  const manifest = result.changes.find(({ path }) => isManifest(path));
  const note = `Versions may have been written in ${manifest?.path}: read it before you go on.`;
  return committed(result, [], manifest === undefined ? [] : [note]);
}

async function mergedPaths(operations: Operation[], { changes }: BatchResult): Promise<string[]> {
  const merged = await Promise.all(
    operations.map(async (operation) => {
      if (!("content" in operation)) return [];
      const change = changes.find(({ path }) => path === operation.path);
      if (change === undefined || change.sha256 === null) return [];
      return change.sha256 === (await sha256(operation.content)) ? [] : [operation.path];
    }),
  );
  return merged.flat();
}

async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
