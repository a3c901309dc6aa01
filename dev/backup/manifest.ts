import { createHash } from "node:crypto";
import { createReadStream, readFileSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { z } from "zod";

export const MANIFEST = "manifest.json";

const tableSchema = z.object({
  name: z.string(),
  /** The stored columns in order, without generated columns, which PostgreSQL computes again. */
  columns: z.array(z.string()),
  rows: z.int(),
  /** Hexadecimal SHA-256 of the compressed file. */
  sha256: z.string(),
});

const sequenceSchema = z.object({ name: z.string(), value: z.string(), isCalled: z.boolean() });

const manifestSchema = z.object({
  format: z.literal(1),
  /** RFC 3339 timestamp of the snapshot, by the database's clock. */
  at: z.string(),
  /** Hashes of the migrations that the database had, in their order. */
  migrations: z.array(z.string()),
  tables: z.array(tableSchema),
  sequences: z.array(sequenceSchema),
});

/** Contents of a backup. */
export type Manifest = z.infer<typeof manifestSchema>;
export type BackedUpTable = Manifest["tables"][number];

/**
 * Reads a backup's manifest.
 * @throws Error with a message for the operator when the folder is not a complete backup
 */
export function readManifest(folder: string): Manifest {
  let text: string;
  try {
    text = readFileSync(join(folder, MANIFEST), "utf8");
  } catch {
    throw new Error(`${folder} is not a complete backup: it has no ${MANIFEST}.`);
  }
  const manifest = manifestSchema.safeParse(JSON.parse(text));
  if (!manifest.success) throw new Error(`${MANIFEST} is invalid: ${z.prettifyError(manifest.error)}`);
  return manifest.data;
}

/** Returns the path of a table's file. */
export const fileOf = (folder: string, table: string): string => join(folder, `${table}.copy.gz`);

/** Returns the hexadecimal SHA-256 of a file. */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}
