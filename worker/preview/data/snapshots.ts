import type { Context } from "../../accounts/index.ts";
import { type BuilderRpc, type DataSnapshot, dataSnapshot } from "../../contract/index.ts";
import { callData, type DataPlace } from "./call-data.ts";

type Place = Pick<DataPlace, "projectId" | "target">;

/** Copies all of an app's databases. */
export async function createDataSnapshot(context: Context, builder: BuilderRpc, place: Place): Promise<DataSnapshot> {
  return dataSnapshot.parse(await callData(context, builder, place, { kind: "snapshot" }));
}

/**
 * Replaces all of an app's databases by a snapshot's. What they had is a snapshot afterwards.
 * @throws AppError `not_found`
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
 * Takes a preview's data back to before the code of any revision after this one ran.
 * @returns the snapshot that was restored; null where no later code has run on the data
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
