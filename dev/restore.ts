// `npm run restore -- <folder>`: restores a backup into the empty database of DATABASE_URL and an empty bucket.
import { bucketOf } from "./backup/objects/bucket-of-installation.ts";
import { readObjectsManifest } from "./backup/objects/folder.ts";
import { restoreObjects } from "./backup/objects/restore-objects.ts";
import { restore } from "./backup/restore.ts";
import { environmentIn } from "./deploy/environments.ts";

async function main(args: string[]): Promise<void> {
  const [folder] = args;
  const url = process.env.DATABASE_URL;
  if (!url || !folder) {
    throw new Error("DATABASE_URL=postgresql://… npm run restore -- <folder> [--database-only] [--env preview]");
  }
  // Files first: a killed restore of files can continue, and the restore of the database needs an empty database.
  if (!args.includes("--database-only")) await restoreFiles(folder, args);
  const { at, tables } = await restore(folder, url);
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  console.log(`The database has ${rows} rows of ${tables.length} tables, as of ${at}, and the newest schema.`);
}

async function restoreFiles(folder: string, args: string[]): Promise<void> {
  const manifest = readObjectsManifest(folder);
  if (manifest === null) return console.log("The backup has no files of apps.");
  const bucket = bucketOf(process.env, environmentIn(args));
  if (bucket === null) {
    throw new Error(
      `The backup has ${manifest.objects} files of apps: set R2_ACCESS_KEY_ID and R2_SECRET_ACCESS_KEY, or --database-only.`,
    );
  }
  const { objects, bytes } = await restoreObjects(folder, bucket);
  console.log(`The bucket ${bucket.name} has ${objects} files of apps (${bytes} bytes).`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
