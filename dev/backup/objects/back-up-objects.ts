import { appendFileSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sha256Of } from "../manifest.ts";
import { isAddressable } from "./addresses.ts";
import { type Bucket, UnreadableObject } from "./bucket.ts";
import {
  contentPath,
  dropUnfinishedLine,
  type IndexLine,
  indexPath,
  manifestPath,
  OBJECTS,
  type ObjectsManifest,
  readIndex,
} from "./folder.ts";

/** R2's maximum number of objects in one listing. */
const PAGE = 1_000;
/** The number of objects that are copied concurrently; only their chunks are in memory. */
const AT_ONCE = 8;

/**
 * Copies all objects of a bucket into a backup, while the bucket is in use. A killed backup continues after the last
 * object in its index.
 * @param folder a backup of the database, possibly with some of the objects
 * @param pageSize the number of objects per listing
 * @throws Error with a message for the operator, before the objects have a manifest
 */
export async function backUpObjects(bucket: Bucket, folder: string, pageSize = PAGE): Promise<ObjectsManifest> {
  if (existsSync(manifestPath(folder))) throw new Error(`${folder} has all its objects already.`);
  mkdirSync(join(folder, OBJECTS), { recursive: true, mode: 0o700 });
  appendFileSync(indexPath(folder), "", { mode: 0o600 });
  dropUnfinishedLine(folder);
  const startedAt = new Date().toISOString();
  let { last } = await summarize(folder);
  for (let hasMore = true; hasMore; ) {
    const page = await bucket.list(last, pageSize);
    for (let from = 0; from < page.objects.length; from += AT_ONCE) {
      const keys = page.objects.slice(from, from + AT_ONCE).map(({ key }) => key);
      const lines = await Promise.all(keys.map((key, slot) => copyObject(bucket, folder, key, slot)));
      const text = lines.filter((line) => line !== null).map((line) => `${JSON.stringify(line)}\n`);
      appendFileSync(indexPath(folder), text.join(""));
    }
    last = page.objects.at(-1)?.key ?? last;
    hasMore = page.hasMore;
  }
  return writeManifest(folder, bucket.name, startedAt);
}

/** Returns null for an object that was deleted since it was listed. */
async function copyObject(bucket: Bucket, folder: string, key: string, slot: number): Promise<IndexLine | null> {
  if (!isAddressable(key)) return { key, skipped: "the S3 API has no address for its key" };
  const unfinished = join(folder, OBJECTS, `unfinished-${slot}`);
  try {
    const copied = await bucket.copyTo(key, unfinished);
    if (copied === null) return (await bucket.isListed(key)) ? { key, skipped: "it is listed but not found" } : null;
    renameSync(unfinished, contentPath(folder, copied.sha256));
    return { key, ...copied };
  } catch (error) {
    if (error instanceof UnreadableObject) return { key, skipped: error.message };
    throw error;
  } finally {
    rmSync(unfinished, { force: true });
  }
}

async function writeManifest(folder: string, bucket: string, startedAt: string): Promise<ObjectsManifest> {
  const { last: _, ...totals } = await summarize(folder);
  const sha256 = await sha256Of(indexPath(folder));
  const endedAt = new Date().toISOString();
  const manifest: ObjectsManifest = { format: 1, bucket, startedAt, endedAt, ...totals, sha256 };
  const unfinished = `${manifestPath(folder)}.unfinished`;
  writeFileSync(unfinished, `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600 });
  renameSync(unfinished, manifestPath(folder));
  return manifest;
}

async function summarize(folder: string) {
  const sums = { last: "", objects: 0, bytes: 0, skipped: 0, incompleteMetadata: 0 };
  for await (const line of readIndex(folder)) {
    sums.last = line.key;
    if ("skipped" in line) sums.skipped += 1;
    else {
      sums.objects += 1;
      sums.bytes += line.bytes;
      if (line.hiddenMetadata > 0) sums.incompleteMetadata += 1;
    }
  }
  return sums;
}
