import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { generateDrizzleJson, generateMigration, upPgSnapshot } from "drizzle-kit/api";
import { expect, it } from "vitest";
import * as schema from "../../drizzle/schema/index.ts";

const folder = join(import.meta.dirname, "../../drizzle/migrations/meta");
const parsed = (name: string) => JSON.parse(readFileSync(join(folder, name), "utf8"));

const journal: { entries: { when: number; tag: string }[] } = parsed("_journal.json");
const snapshots: { id: string; prevId: string }[] = readdirSync(folder)
  .filter((name) => name.endsWith("_snapshot.json"))
  .sort()
  .map(parsed);

// The migrator compares only with the newest applied `when`, so it would skip a migration with an earlier time.
it("The times of the migrations increase in the order of their numbers", () => {
  const byNumber = [...journal.entries].sort((one, other) => (one.tag < other.tag ? -1 : 1));
  expect(journal.entries).toEqual(byNumber);
  const late = byNumber.filter(({ when }, index) => index > 0 && when <= (byNumber[index - 1]?.when ?? 0));
  expect(late.map(({ tag }) => tag)).toEqual([]);
});

it("The snapshots of the schema are a chain of one parent each, so that npm run db:generate runs", () => {
  const parents = snapshots.map(({ prevId }) => prevId);
  expect(parents.slice(1)).toEqual(snapshots.slice(0, -1).map(({ id }) => id));
});

it("The newest snapshot has the schema in drizzle/schema, so that npm run db:generate finds nothing to migrate", async () => {
  const newest = upPgSnapshot(snapshots.at(-1) ?? {});
  const statements = await generateMigration(newest, generateDrizzleJson(schema));
  expect(statements, "After a migration that was written by hand, npm run db:snapshot writes its snapshot.").toEqual(
    [],
  );
});
