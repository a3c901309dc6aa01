import { importReport, type SkippedFile, type SourceTree } from "../contract/index.ts";
import { type Database, executeIdempotent } from "../database/index.ts";
import { recode } from "./content.ts";
import { selectImport, selectSources } from "./store.ts";

/** Reads a whole tree with its contents. The caller must have verified access. */
export async function readSources(database: Database, projectId: string, revision: number): Promise<SourceTree> {
  const rows = await executeIdempotent(selectSources(database, projectId, revision));
  const files = rows.map(({ path, encoding, stored, content }) => ({
    path,
    encoding,
    content: recode(content, stored, encoding),
  }));
  return { projectId, revision, files };
}

/**
 * Returns the files that an import omitted; null when the project was not imported. The caller must have verified
 * access.
 */
export async function readSkipped(database: Database, projectId: string): Promise<SkippedFile[] | null> {
  const [row] = await executeIdempotent(selectImport(database, projectId));
  return row === undefined ? null : importReport.parse(row.report).skipped;
}
