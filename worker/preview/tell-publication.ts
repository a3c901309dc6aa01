import type { Config } from "../config/index.ts";
import type { BuilderRpc } from "../contract/index.ts";
import { type Database, executeIdempotent } from "../database/index.ts";
import { AppError } from "../errors.ts";
import { capabilityFor } from "./gate.ts";
import { deleteUntold, selectPublication } from "./store.ts";

type Ground = { config: Config; database: Database };

/**
 * Tells the preview Worker what is public of a project now: a revision, nothing, or that the project is deleted. It may be
 * told any number of times and in any order: its object takes what is newest. Then it need not be told again.
 * @throws AppError `dependency_down` where it could not be told; the sweep does so within a minute
 */
export async function tellPublication(
  { config, database }: Ground,
  builder: BuilderRpc,
  projectId: string,
  onDeleted?: (projectId: string) => Promise<unknown>,
): Promise<void> {
  const [row] = await executeIdempotent(selectPublication(database, projectId));
  if (row === undefined) await onDeleted?.(projectId);
  const told = await tell(config, builder, projectId, row).catch((error: unknown) => {
    throw untold(error);
  });
  if (!told) throw untold();
  await executeIdempotent(deleteUntold(database, projectId, row?.number ?? null));
}

type Publication = { number: number; revision: number | null };

/** Whether the preview Worker did it: a revision that was built a moment ago can fail to build where a package is gone. */
async function tell(config: Config, builder: BuilderRpc, projectId: string, now?: Publication): Promise<boolean> {
  if (now === undefined) await builder.forget(projectId);
  else if (now.revision !== null) {
    const capability = await capabilityFor(config, projectId, now.revision);
    return (await builder.publish(capability, projectId, now.revision, now.number)).ok;
  } else if (now.number > 0) await builder.unpublish(projectId, now.number);
  return true;
}

const untold = (cause?: unknown) =>
  new AppError(
    "dependency_down",
    "It is noted, but the public address does not follow yet. It does by itself within minutes, or when you ask again.",
    { cause, retryAfter: 2 },
  );
