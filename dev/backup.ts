// `npm run backup -- <folder>`: copies the database of DATABASE_URL and the files of apps into a new folder.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { backUp } from "./backup/back-up.ts";
import { MANIFEST, readManifest } from "./backup/manifest.ts";
import { backUpObjects } from "./backup/objects/back-up-objects.ts";
import type { Bucket } from "./backup/objects/bucket.ts";
import { bucketOf } from "./backup/objects/bucket-of-installation.ts";
import { manifestPath } from "./backup/objects/folder.ts";
import { reportBackup } from "./backup/report-backup.ts";
import { environmentIn } from "./deploy/environments.ts";

async function main(args: string[]): Promise<void> {
  const [folder] = args;
  const url = process.env.DATABASE_URL;
  if (!url || !folder) throw new Error("DATABASE_URL=postgresql://… npm run backup -- <new folder> [--env preview]");
  const bucket = bucketOf(process.env, environmentIn(args));
  const continues = bucket !== null && existsSync(join(folder, MANIFEST)) && !existsSync(manifestPath(folder));
  const { at, tables } = continues ? readManifest(folder) : await backUp(url, folder);
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  console.log(`${folder} has ${rows} rows of ${tables.length} tables, as of ${at}.`);
  if (bucket) await copyObjects(bucket, folder);
  else console.log("It has no files of apps: set R2_ACCESS_KEY_ID and R2_SECRET_ACCESS_KEY to include them.");
  await reportBackup(url, { at, rows });
  console.log("It contains password hashes and sealed secrets: keep it as safe as the database and AUTH_SECRET.");
}

async function copyObjects(bucket: Bucket, folder: string): Promise<void> {
  const { objects, bytes, skipped, incompleteMetadata } = await backUpObjects(bucket, folder);
  console.log(`It has ${objects} files of apps (${bytes} bytes) of the bucket ${bucket.name}.`);
  if (skipped > 0) console.log(`${skipped} could not be copied: ${folder}/objects/index.jsonl has them as "skipped".`);
  if (incompleteMetadata > 0) console.log(`${incompleteMetadata} lack metadata whose names are not ASCII.`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
