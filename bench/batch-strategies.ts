// Three strategies for writing a batch of new files into the same PostgreSQL.
import { createHash, randomUUID } from "node:crypto";
import { type SQL, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/node-postgres";
import type pg from "pg";
import { newId, type Operation } from "../worker/contract/index.ts";
import { applyBatch } from "../worker/projects/index.ts";
import type { BenchDatabase } from "./setup-database.ts";

export type SourceFile = { path: string; content: string };
/**
 * Prepares a batch.
 * @returns a function that writes it, the only part that is timed
 */
export type BatchStrategy = (files: SourceFile[]) => Promise<() => Promise<unknown>>;

const fileBytes = 8_192;
const words =
  "const let return function await async import export from type string number value index path result".split(" ");

/** Generates distinct files of 8 KB that compress about as well as source code. */
export function sourceFiles(count: number): SourceFile[] {
  return Array.from({ length: count }, (_, index) => {
    let content = `// ${randomUUID()}\n`;
    for (let line = 0; content.length < fileBytes; line += 1) {
      const pick = (offset: number) => words[(line * 7 + index * 3 + offset * offset) % words.length];
      content += `  ${pick(0)} ${pick(1)}_${(line * 31 + index) % 997} = ${pick(2)}(${pick(3)}, ${line});\n`;
    }
    return { path: `src/folder-${index % 20}/file-${index}.ts`, content: content.slice(0, fileBytes) };
  });
}

/** Edgesmith's own strategy: one statement, with guards, history, result and webhook event. */
export const oneStatement =
  ({ context, newProject }: BenchDatabase): BatchStrategy =>
  async (files) => {
    const projectId = await newProject();
    const operations: Operation[] = files.map((one) => ({ op: "create", ...one }));
    return () => applyBatch(context, { projectId, opId: newId("operation"), input: { operations } });
  };

/** Returns the statements that write all rows of a batch of new files, one per file. */
function queriesOf({ context }: BenchDatabase, projectId: string, files: SourceFile[]): SQL[] {
  const opId = newId("operation");
  const { ownerId } = context.actor;
  return [
    sql`INSERT INTO operation (op_id, kind) VALUES (${opId}, 'batch')`,
    sql`SELECT head FROM project WHERE id = ${projectId} AND owner_id = ${ownerId} FOR UPDATE`,
    ...files.map((one) => fileQuery(projectId, one)),
    sql`INSERT INTO revision (project_id, number, op_id, author_kind, author_id, author_name, message, created, updated,
      deleted, moved) VALUES (${projectId}, 1, ${opId}, 'user', ${ownerId}, 'Bench', '', ${files.length}, 0, 0, 0)`,
    sql`UPDATE project SET head = 1 WHERE id = ${projectId}`,
    // The limits of the project, the stored result for idempotent retries, the event, and the response.
    sql`SELECT count(*), sum(bytes) FROM file WHERE project_id = ${projectId}`,
    sql`UPDATE operation SET result = ${JSON.stringify({ projectId, revision: 1, changes: files.map(({ path }) => path) })}::jsonb
      WHERE op_id = ${opId}`,
    sql`SELECT emit_event(${newId("event")}, ${ownerId}, ${projectId}, 'revision.created', result) FROM operation WHERE op_id = ${opId}`,
    sql`SELECT result FROM operation WHERE op_id = ${opId}`,
  ];
}

function fileQuery(projectId: string, { path, content }: SourceFile): SQL {
  const sha256 = createHash("sha256").update(content).digest("hex");
  const bytes = Buffer.byteLength(content);
  return sql`
    WITH kept AS (
      INSERT INTO blob (space, sha256, encoding, content, bytes)
      VALUES (${projectId}, ${sha256}, 'utf-8', ${content}, ${bytes}) ON CONFLICT DO NOTHING
    ), changed AS (
      INSERT INTO revision_change (project_id, number, path, action, after, bytes, language, encoding)
      VALUES (${projectId}, 1, ${path}, 'created', ${sha256}, ${bytes}, 'typescript', 'utf-8')
    )
    INSERT INTO file (project_id, path, sha256, bytes, language, encoding, revision)
    VALUES (${projectId}, ${path}, ${sha256}, ${bytes}, 'typescript', 'utf-8', 1)`;
}

/** Writes the same rows with one statement per file, in one HTTP transaction. */
export const statementPerFile =
  (bench: BenchDatabase): BatchStrategy =>
  async (files) => {
    const { database } = bench.context;
    const projectId = await bench.newProject();
    return () => {
      const [first, ...others] = queriesOf(bench, projectId, files).map((query) => database.execute(query));
      if (!first) throw new Error("an empty batch");
      return database.batch([first, ...others]);
    };
  };

/** Writes the same rows as the replaced system did: one connection's transaction with an awaited loop of queries. */
export function awaitedLoop(bench: BenchDatabase, pool: pg.Pool): BatchStrategy {
  const database = drizzle(pool);
  return async (files) => {
    const projectId = await bench.newProject();
    return () =>
      database.transaction(async (transaction) => {
        for (const query of queriesOf(bench, projectId, files)) await transaction.execute(query);
      });
  };
}
