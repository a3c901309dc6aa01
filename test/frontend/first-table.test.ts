import { expect, it } from "vitest";
import { firstTable } from "../../frontend/src/data/first-table.ts";

const named = (...names: string[]) => names.map((name) => ({ name }));

it("The Data tab opens the first table with the app's own data, not that of its migrations", () => {
  expect(firstTable(named("_cf_KV", "d1_migrations", "migration", "todo", "user"))?.name).toBe("todo");
});

it("The Data tab opens the table of migrations where there is no other", () => {
  expect(firstTable(named("migration"))?.name).toBe("migration");
});

it("The Data tab opens no table of an empty database", () => {
  expect(firstTable([])).toBeUndefined();
});
