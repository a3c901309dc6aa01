import { sha256Of } from "../manifest.ts";
import type { Bucket } from "./bucket.ts";
import { compareObjects } from "./compare-objects.ts";
import {
  type CopiedObject,
  contentPath,
  indexPath,
  type ObjectsManifest,
  readCopied,
  readObjectsManifest,
} from "./folder.ts";

/** The number of objects that are uploaded concurrently; only their chunks are in memory. */
const AT_ONCE = 8;

/**
 * Uploads the objects of a backup into an empty bucket, and compares the bucket with the backup. A killed restore
 * continues with the missing objects.
 * @param folder a backup whose objects are complete
 * @returns the objects' manifest
 * @throws Error with a message for the operator: damaged files, or a bucket with objects that are not the backup's
 */
export async function restoreObjects(folder: string, bucket: Bucket): Promise<ObjectsManifest> {
  const manifest = readObjectsManifest(folder);
  if (manifest === null) throw new Error(`${folder} has no objects.`);
  if ((await sha256Of(indexPath(folder))) !== manifest.sha256) throw new Error("The index of the objects is damaged.");
  await requireOnlyOurs(folder, bucket);
  let some: CopiedObject[] = [];
  const upload = async () => {
    await Promise.all(some.map((object) => uploadObject(folder, bucket, object)));
    some = [];
  };
  for await (const { kind, object } of compareObjects(readCopied(folder), bucket)) {
    if (kind !== "missing") throw new Error(`${object.key} was added to the bucket during the restore.`);
    some.push(object);
    if (some.length === AT_ONCE) await upload();
  }
  await upload();
  await requireEqual(folder, bucket);
  return manifest;
}

/** Requires that the bucket has only objects of the backup, as an interrupted restore leaves; others are users' data. */
async function requireOnlyOurs(folder: string, bucket: Bucket): Promise<void> {
  for await (const { kind, object } of compareObjects(readCopied(folder), bucket)) {
    if (kind !== "missing") {
      throw new Error(
        `The bucket ${bucket.name} is not empty: it has ${object.key}. A backup is restored into an empty bucket.`,
      );
    }
  }
}

async function requireEqual(folder: string, bucket: Bucket): Promise<void> {
  for await (const { kind, object } of compareObjects(readCopied(folder), bucket)) {
    throw new Error(`After the restore ${object.key} is ${kind} in the bucket ${bucket.name}.`);
  }
}

async function uploadObject(
  folder: string,
  bucket: Bucket,
  { key, sha256, bytes, etag, headers }: CopiedObject,
): Promise<void> {
  const stored = await bucket.putFrom(key, contentPath(folder, sha256), { bytes, sha256, headers });
  // The ETag of an object that was uploaded in parts differs after this upload.
  if (!etag.includes("-") && stored !== etag) throw new Error(`${key} has the ETag ${stored}, not ${etag}.`);
}
