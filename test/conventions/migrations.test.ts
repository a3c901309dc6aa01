import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const journal: { entries: { when: number; tag: string }[] } = JSON.parse(
  readFileSync(join(import.meta.dirname, "../../drizzle/migrations/meta/_journal.json"), "utf8"),
);

// The migrator compares only the newest applied `when`: it would skip a migration of an earlier time.
it("The times of the migrations increase in the order of their numbers", () => {
  const byNumber = [...journal.entries].sort((one, other) => (one.tag < other.tag ? -1 : 1));
  expect(journal.entries).toEqual(byNumber);
  const late = byNumber.filter(({ when }, index) => index > 0 && when <= (byNumber[index - 1]?.when ?? 0));
  expect(late.map(({ tag }) => tag)).toEqual([]);
});
