import { describe, expect, it } from "vitest";
import { firstStatementName, statementNames } from "../../../worker/database/statement-names.ts";

describe("the name of a statement", () => {
  it.each([
    ["SELECT apply_batch($1::jsonb, $2) AS result", "apply_batch"],
    ["SELECT webhooks, triggers FROM enable_hooks($1, $2::text[])", "enable_hooks"],
    ['select "id", "name" from "project" where "project"."owner_id" = $1', "select project"],
    ['insert into "operation" ("op_id") values ($1)', "insert operation"],
    ['update "user" set "plan" = $1', "update user"],
    ["DELETE FROM delivery WHERE id = $1", "delete delivery"],
    ["WITH due AS (SELECT id FROM delivery) UPDATE delivery SET status = 'pending'", "select delivery"],
    ["SHOW server_version", "statement"],
  ])("The statement %s is named %s", (query, name) => {
    expect(statementNames(JSON.stringify({ query, params: ["canary"] }))).toBe(name);
  });

  it("A transaction is named by its statements, each once", () => {
    const queries = ["select * from run", "select 1 from run", "SELECT emit_event($1)"].map((query) => ({ query }));
    expect(statementNames(JSON.stringify({ queries }))).toBe("select run, emit_event");
  });

  it("A value in the text never becomes a name", () => {
    const query = "SELECT 'canary', $1 FROM run WHERE prompt = 'FROM canary' AND id = $2";
    expect(statementNames(JSON.stringify({ query, params: ["canary"] }))).toBe("select run");
    expect(statementNames(undefined)).toBe("unknown");
  });

  it("The first statement of a body is named from its beginning, again when its text is known", () => {
    const query = 'SELECT\n  "id" FROM "run" WHERE "text" = \'say ","params"\' AND id = $1';
    const body = (value: string) => JSON.stringify({ query, params: [value] });
    expect([firstStatementName(body("one")), firstStatementName(body("two"))]).toEqual(["select run", "select run"]);
    const batch = JSON.stringify({
      queries: [{ query: "SELECT apply_batch($1)", params: ["x".repeat(9_000)] }, { query }],
    });
    expect([firstStatementName(batch), firstStatementName(undefined)]).toEqual(["apply_batch", "unknown"]);
    const long = `SELECT ${"1, ".repeat(900)} FROM run`;
    expect(firstStatementName(JSON.stringify({ query: long, params: [] }))).toBe("statement");
  });

  it("Statements with the same beginning and other tables have names of their own", () => {
    const named = (table: string) =>
      firstStatementName(JSON.stringify({ query: `SELECT * FROM ${table}`, params: [] }));
    expect([named("run"), named("run_event"), named("run")]).toEqual(["select run", "select run_event", "select run"]);
  });
});
