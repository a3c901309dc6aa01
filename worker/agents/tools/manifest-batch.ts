import type { Operation, PackageInfo, PackageQuery } from "../../contract/index.ts";
import { isAppError } from "../../errors.ts";
import { dependenciesOf, isManifest } from "../packages/manifest.ts";
import type { Workspace } from "../ports.ts";

/** Timeout of the registry during a write, in milliseconds. */
const maxWaitMs = 6_000;

type Manifest = { before: string | null; after: string };

/** A batch to apply, and notes for the agent on the packages that it adds. */
export type ManifestBatch = { operations: Operation[]; notes: string[] };

/**
 * Adds a version to each package that a batch adds to a package.json without one, and reviews the added packages.
 * Batches without a package.json stay unchanged. When the registry does not respond, a note says so and the batch is
 * applied anyway.
 */
export async function withPackageVersions(workspace: Workspace, operations: Operation[]): Promise<ManifestBatch> {
  const changed = operations.filter((operation) => "content" in operation && isManifest(operation.path));
  if (changed.length === 0) return { operations, notes: [] };
  const ask = (query: PackageQuery) => askInTime(workspace, query);
  // Imported dynamically: most batches have no package.json, and an isolate starts faster without the table.
  const { chooseVersions, reviewDependencies } = await import("../packages/index.ts");
  const notes: string[] = [];
  const replaced = new Map<Operation, Operation>();
  for (const operation of changed) {
    if (!("content" in operation) || dependenciesOf(operation.content) === null) continue;
    const { before, after }: Manifest = {
      before: await contentOf(workspace, operation.path),
      after: operation.content,
    };
    const { content, notes: versionNotes } = await chooseVersions(before, after, ask);
    if (content !== after) replaced.set(operation, { ...operation, content });
    notes.push(...versionNotes, ...(await reviewDependencies(before, content, ask)));
  }
  return { operations: operations.map((operation) => replaced.get(operation) ?? operation), notes };
}

async function contentOf(workspace: Workspace, path: string): Promise<string | null> {
  const file = await workspace.readFile(path);
  return file === null || file.encoding === "base64" ? null : file.content;
}

async function askInTime(workspace: Workspace, query: PackageQuery): Promise<PackageInfo | { problem: string }> {
  const problem = "The package registry does not answer, so its versions and peers were not compared.";
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<{ problem: string }>((resolve) => {
    timer = setTimeout(() => resolve({ problem }), maxWaitMs);
  });
  try {
    return await Promise.race([workspace.packageInfo(query), late]);
  } catch (error) {
    if (isAppError(error, "dependency_down")) return { problem };
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
