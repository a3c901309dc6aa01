import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import type { Client } from "pg";
import type { ChangeAction, Operation } from "../../worker/contract/index.ts";

// Reads one project's tables directly over PostgreSQL's protocol, by separate statements, bypassing Edgesmith.

type Change = {
  path: string;
  action: ChangeAction;
  before: string | null;
  after: string | null;
  source: string | null;
  bytes: number;
};
type Stats = { created: number; updated: number; deleted: number; moved: number };
export type Revision = Stats & { number: number; opId: string; message: string; changes: Change[] };
export type Entry = { path: string; sha256: string; bytes: number; revision: number };
type Blob = { sha256: string; encoding: string; content: string; bytes: number };
/** The fields of an operation's row or an event that describe a revision. */
type StoredEvent = { id: string; revision: number | null; paths: number };

export type History = {
  head: number;
  revisions: Revision[];
  tree: Entry[];
  blobs: Map<string, Blob>;
  /** Of the whole database, since the row of a batch without a stored result names no project. */
  operations: StoredEvent[];
  events: StoredEvent[];
};

/** An acknowledged batch: its id, its operations, and the response. */
export type Acknowledged = {
  opId: string;
  message: string;
  operations: Operation[];
  isMerge: boolean;
  revision: number;
  changes: { path: string; action: string; sha256: string | null }[];
};

/** The responses that the writers received. The unique message of a batch identifies it. */
export type ClientLog = { acknowledged: Acknowledged[]; refused: string[] };

/** Reads a project's whole history from the tables. */
export async function readHistory(client: Client, projectId: string): Promise<History> {
  const rows = async <Row extends object>(query: string, values: unknown[] = [projectId]): Promise<Row[]> =>
    (await client.query<Row>(query, values)).rows;
  const [project] = await rows<{ head: number }>("SELECT head FROM project WHERE id = $1");
  const blobs = await rows<Blob>(
    "SELECT sha256, encoding, content, bytes FROM blob WHERE space = (SELECT space FROM project WHERE id = $1)",
  );
  return {
    head: project?.head ?? -1,
    revisions: await readRevisions(rows),
    tree: await rows<Entry>("SELECT path, sha256, bytes, revision FROM file WHERE project_id = $1 ORDER BY path"),
    blobs: new Map(blobs.map((blob) => [blob.sha256, blob])),
    operations: await rows<StoredEvent>(
      `SELECT op_id AS id, ${storedEvent("result")} FROM operation
       WHERE kind = 'batch' AND coalesce(result ->> 'projectId', $1) = $1`,
    ),
    events: await rows<StoredEvent>(
      `SELECT id, ${storedEvent("data")} FROM event WHERE project_id = $1 AND type = 'revision.created'`,
    ),
  };
}

const storedEvent = (json: string): string =>
  `(${json} ->> 'revision')::integer AS revision,
   coalesce(jsonb_array_length(${json} -> 'changes'), 0) AS paths`;

async function readRevisions(rows: <Row extends object>(query: string) => Promise<Row[]>): Promise<Revision[]> {
  const revisions = await rows<Omit<Revision, "changes">>(
    `SELECT number, op_id AS "opId", message, created, updated, deleted, moved
     FROM revision WHERE project_id = $1 ORDER BY number`,
  );
  const changes = await rows<Change & { number: number }>(
    `SELECT number, path, action, before, after, from_path AS source, bytes
     FROM revision_change WHERE project_id = $1 ORDER BY number, path`,
  );
  const byNumber = Map.groupBy(changes, ({ number }) => number);
  return revisions.map((revision) => ({ ...revision, changes: byNumber.get(revision.number) ?? [] }));
}

/** Decodes stored content to bytes. */
export const bytesOf = ({ content, encoding }: { content: string; encoding: string }): Buffer =>
  Buffer.from(content, encoding === "base64" ? "base64" : "utf8");

/** Returns the hex SHA-256 of bytes. */
export const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** Returns the hash of each content in the operations, by path. */
export const hashesOf = (operations: Operation[]): Map<string, string> =>
  new Map(
    operations.flatMap((operation) => {
      if (!("content" in operation)) return [];
      const { path, content, encoding = "utf-8" } = operation;
      return [[path, sha256(bytesOf({ content, encoding }))]];
    }),
  );
