// `npm run restore -- <folder>`: restores a backup into the empty database of DATABASE_URL.
import { restore } from "./backup/restore.ts";

async function main([folder]: string[]): Promise<void> {
  const url = process.env.DATABASE_URL;
  if (!url || !folder) throw new Error("DATABASE_URL=postgresql://… npm run restore -- <folder>");
  const { at, tables } = await restore(folder, url);
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  console.log(`The database has ${rows} rows of ${tables.length} tables, as of ${at}, and the newest schema.`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
