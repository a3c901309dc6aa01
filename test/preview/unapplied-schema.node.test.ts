import { describe, expect, it } from "vitest";
import { storesIn, unappliedSchema } from "../../preview/project/wrangler-stores.ts";

const CONFIG = { d1_databases: [{ binding: "DB", database_name: "notes", database_id: "any" }] };
const TABLE = "CREATE TABLE IF NOT EXISTS note (id INTEGER PRIMARY KEY);";

const schemaOf = (files: Record<string, string>, config: Record<string, unknown> = CONFIG) => {
  const all = new Map(Object.entries(files));
  return unappliedSchema(storesIn(config, all), all);
};

describe("a SQL file of a D1 database that is no migration", () => {
  it("A file in the root is named with the path of the migration that it should be", () => {
    expect(schemaOf({ "schema.sql": TABLE, "seed.sql": "INSERT INTO note VALUES (1);" })).toEqual({
      path: "schema.sql",
      message: "schema.sql was not applied to env.DB: only migrations run. Move it to migrations/0001_schema.sql.",
    });
  });

  it("A folder of migrations that the configuration does not name is named", () => {
    expect(schemaOf({ "drizzle/0000_notes.sql": TABLE })?.message).toBe(
      'drizzle/0000_notes.sql was not applied to env.DB: only migrations run. Set "migrations_dir" of the database to "drizzle".',
    );
  });

  it.each([
    ["migrations create the tables", { "migrations/0001.sql": TABLE, "schema.sql": TABLE }, CONFIG],
    ["the server creates the tables", { "schema.sql": TABLE, "src/server.ts": `db.exec("${TABLE}")` }, CONFIG],
    ["no database is bound", { "schema.sql": TABLE }, {}],
    ["no file creates tables", { "seed.sql": "INSERT INTO note VALUES (1);" }, CONFIG],
  ])("Nothing is said where %s", (_, files, config) => {
    expect(schemaOf(files, config)).toBeNull();
  });
});
