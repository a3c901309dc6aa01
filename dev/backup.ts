// `npm run backup -- <folder>`: copies the database of DATABASE_URL into a new folder.
import { backUp } from "./backup/back-up.ts";
import { reportBackup } from "./backup/report-backup.ts";

async function main([folder]: string[]): Promise<void> {
  const url = process.env.DATABASE_URL;
  if (!url || !folder) throw new Error("DATABASE_URL=postgresql://… npm run backup -- <new folder>");
  const { at, tables } = await backUp(url, folder);
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  await reportBackup(url, { at, rows });
  console.log(`${folder} has ${rows} rows of ${tables.length} tables, as of ${at}.`);
  console.log("It contains password hashes and sealed secrets: keep it as safe as the database and AUTH_SECRET.");
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
