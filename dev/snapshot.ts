// `npm run db:snapshot`: writes the snapshot of a migration that was written by hand, so that the next
// `npm run db:generate` compares the schema with it.
import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { generateDrizzleJson, generateMigration, upPgSnapshot } from "drizzle-kit/api";
import { z } from "zod";
import * as schema from "../drizzle/schema/index.ts";
import { MIGRATIONS } from "./migrate.ts";

const META = join(MIGRATIONS, "meta");
const journalSchema = z.object({ entries: z.array(z.object({ tag: z.string() })) });
const snapshotSchema = z.looseObject({ id: z.string() });

async function main(): Promise<void> {
  const newest = journalSchema.parse(parsed("_journal.json")).entries.at(-1)?.tag.slice(0, 4);
  const name = `${newest}_snapshot.json`;
  const older = readdirSync(META).filter((file) => file.endsWith("_snapshot.json") && file !== name);
  const parent = snapshotSchema.parse(parsed(older.sort().at(-1) ?? name));
  const snapshot = { ...generateDrizzleJson(schema, parent.id), id: randomUUID() };
  const statements = await generateMigration(upPgSnapshot(parent), snapshot);
  writeFileSync(join(META, name), `${JSON.stringify(snapshot, null, 2)}\n`);
  console.log(`${name} is written. The migrations since the previous snapshot must have made these changes:`);
  console.log(statements.length > 0 ? statements.join("\n") : "nothing");
}

const parsed = (file: string): unknown => JSON.parse(readFileSync(join(META, file), "utf8"));

await main();
