import { sql } from "drizzle-orm";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { type PlannedStep, step } from "./batch-arbitraries.ts";
import { checkTrees, play } from "./play.ts";
import { openStage, type Stage } from "./stage.ts";

// The properties of histories.test.ts must fail when the database is wrong: each case is one way to be wrong.

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(async () => stage.stop());

const definition = z.object({ rows: z.tuple([z.object({ source: z.string() })]) });

/** Replaces a text in one of the database's functions while `during` runs. */
async function withMutation(name: string, from: string, to: string, during: () => Promise<void>): Promise<void> {
  const { database } = stage.context;
  const found = await database.execute(sql`SELECT pg_get_functiondef(${name}::regproc) AS source`);
  const { source } = definition.parse(found).rows[0];
  expect(source, `${name} has no longer this text; say anew what is to be taken out`).toContain(from);
  await database.execute(sql.raw(source.replace(from, to)));
  try {
    await during();
  } finally {
    await database.execute(sql.raw(source));
  }
}

/** Fixed, so that a case is found in every run or in none; histories.test.ts takes a new one each time. */
const seed = 1;

const holds = async (plan: PlannedStep[]): Promise<void> => {
  const { projectId, history } = await play(stage, plan);
  await checkTrees(stage, projectId, history);
};

it.each([
  ["paths may clash", "record_revision", "IF fresh IS NOT NULL", "IF false"],
  ["a path that changed since the base is no conflict", "conflicts_of", "expected < head", "false"],
  ["a hash that was expected is not looked at", "conflicts_of", "f.sha256 <> t.expected_sha", "false"],
  ["a file that is there is created again", "apply_batch", "WHEN 'create' THEN o.path", "WHEN 'none' THEN o.path"],
  ["what is moved stays where it was", "record_revision", "AND c.after IS NULL", "AND c.action = 'deleted'"],
  ["a restore leaves the newer files", "restore_revision", "NOT EXISTS", "EXISTS"],
  ["a restore does not see another encoding", "restore_revision", "OR f.encoding <> w.encoding", ""],
  ["a move counts twice", "record_revision", "c.action = 'moved' AND c.after IS NOT NULL", "c.action = 'moved'"],
])(
  "the properties fail when %s",
  async (_, name, from, to) => {
    await withMutation(name, from, to, async () => {
      const property = fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), holds);
      const { failed, errorInstance } = await fc.check(property, { seed, numRuns: 1_000, endOnFailure: true });
      expect(failed).toBe(true);
      // Either different from the model, or refused by a guard or key of the tables; not failed by an error in the
      // mutation.
      expect(String(errorInstance)).toMatch(/AssertionError|expected|duplicate key|path_conflict/i);
    });
  },
  120_000,
);
