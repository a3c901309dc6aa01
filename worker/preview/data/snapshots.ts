import type { Context } from "../../accounts/index.ts";
import { type BuilderRpc, type DataSnapshot, dataSnapshot } from "../../contract/index.ts";
import { callData, type DataPlace } from "./call-data.ts";

type Place = Pick<DataPlace, "projectId" | "target">;

/** Copies all of an app's databases. */
export async function createDataSnapshot(context: Context, builder: BuilderRpc, place: Place): Promise<DataSnapshot> {
  return dataSnapshot.parse(await callData(context, builder, place, { kind: "snapshot" }));
}

/**
 * Replaces all of an app's databases by a snapshot's. Their former data is a snapshot afterwards.
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
 * Requires that a preview's data can be taken back to before the code of any revision after this one ran, so that a caller
 * learns it before the code is changed.
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
 * Takes a preview's data back to before the code of any revision after this one ran.
 * @returns the snapshot that was restored; null where no later code has run on the data
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
