import type { Context } from "../../accounts/index.ts";
import { type BuilderRpc, type DataSnapshot, dataSnapshot } from "../../contract/index.ts";
import { callData, type DataPlace } from "./call-data.ts";

type Place = Pick<DataPlace, "projectId" | "target">;

/** Takes a snapshot of all of an app's databases. */
export async function createDataSnapshot(context: Context, builder: BuilderRpc, place: Place): Promise<DataSnapshot> {
  return dataSnapshot.parse(await callData(context, builder, place, { kind: "snapshot" }));
}

/**
 * Restores all of an app's databases from a snapshot, after it has taken a snapshot of their current data.
 * @throws AppError `not_found`, `snapshot_expired`
 */
export async function restoreDataSnapshot(
  context: Context,
  builder: BuilderRpc,
  place: Place,
  id: string,
): Promise<DataSnapshot> {
  return dataSnapshot.parse(await callData(context, builder, place, { kind: "restore", id }));
}

/**
 * Requires that a preview's data can be restored from before the code of any later revision ran, so that a caller finds
 * out before it changes the code.
 * @throws AppError `snapshot_expired`
 */
export async function requireDataBefore(
  context: Context,
  builder: BuilderRpc,
  projectId: string,
  revision: number,
): Promise<void> {
  await callData(context, builder, { projectId, target: "preview" }, { kind: "findBefore", revision });
}

/**
 * Restores a preview's data from before the code of any later revision ran.
 * @returns the restored snapshot; null when no later code has run on the data
 * @throws AppError `snapshot_expired`, never a later snapshot in its place
 */
export async function restoreDataBefore(
  context: Context,
  builder: BuilderRpc,
  projectId: string,
  revision: number,
): Promise<{ snapshotId: string | null }> {
  const place = { projectId, target: "preview" } as const;
  const restored = await callData(context, builder, place, { kind: "restoreBefore", revision });
  return { snapshotId: dataSnapshot.nullable().parse(restored)?.id ?? null };
}

/**
 * Deletes a snapshot.
 * @throws AppError `not_found`
 */
export async function deleteDataSnapshot(
  context: Context,
  builder: BuilderRpc,
  place: Place,
  id: string,
): Promise<void> {
  await callData(context, builder, place, { kind: "deleteSnapshot", id });
}
