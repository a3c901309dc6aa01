// Tests the checker itself: each test violates one invariant in a transaction that is rolled back, and the checker must
// name it.
import { Client } from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type FilesStage, openFilesStage } from "./files-stage.ts";
import { writeTogether } from "./files-writer.ts";
import { readHistory } from "./history.ts";
import { type Broken, findingsOf } from "./history-checker.ts";
import { randomOf } from "./random.ts";
import { newLog, type WriterLog } from "./send-batch.ts";

let stage: FilesStage;
let client: Client;
let projectId: string;
let log: WriterLog;

beforeAll(async () => {
  stage = await openFilesStage({ durable: false });
  client = new Client({ connectionString: stage.url });
  await client.connect();
  projectId = await stage.newProject();
  log = newLog();
  const context = { context: stage.context, projectId, random: randomOf(1), log };
  await writeTogether(context, { writers: 4, total: 100 });
});

afterAll(async () => {
  await client.end();
  await stage.close();
});

/** Returns the checker's findings after a statement that violates an invariant. */
async function brokenBy(statement: string): Promise<Set<Broken>> {
  await client.query("BEGIN");
  try {
    const { rowCount } = await client.query(statement);
    expect(rowCount, statement).toBe(1);
    return new Set(findingsOf(await readHistory(client, projectId), log).map(({ broken }) => broken));
  } finally {
    await client.query("ROLLBACK");
  }
}

it("the history checker finds nothing in a history that Edgesmith has written", async () => {
  expect(findingsOf(await readHistory(client, projectId), log)).toEqual([]);
  expect(log.unexpected).toEqual([]);
});

const ofLedger = "path LIKE 'ledger/%' AND before IS NOT NULL";
const oneFile = "path = (SELECT min(path) FROM file)";
const oneChange = "ctid = (SELECT ctid FROM revision_change WHERE number = 7 LIMIT 1)";

it.each<[string, Broken, string]>([
  ["a missing revision", "linear history", "DELETE FROM revision WHERE number = 7"],
  ["a head that is too high", "linear history", "UPDATE project SET head = head + 1"],
  ["a head that is too low", "linear history", "UPDATE project SET head = head - 1"],
  ["a change that began elsewhere", "linear history", `UPDATE revision_change SET before = 'x' WHERE ${oneChange}`],
  [
    "a change under another name",
    "linear history",
    `UPDATE revision_change SET action = 'deleted', after = 'x' WHERE ${oneChange}`,
  ],
  ["another content in the tree", "tree is history", `UPDATE file SET sha256 = 'x' WHERE ${oneFile}`],
  ["another revision in the tree", "tree is history", `UPDATE file SET revision = revision - 1 WHERE ${oneFile}`],
  ["a file missing from the tree", "tree is history", `DELETE FROM file WHERE ${oneFile}`],
  [
    "a file too many",
    "tree is history",
    `INSERT INTO file SELECT project_id, 'new', sha256, bytes, language, encoding, 7 FROM file WHERE ${oneFile}`,
  ],
  [
    "a changed content",
    "content by hash",
    "UPDATE blob SET content = 'xxxx' || content WHERE sha256 = (SELECT min(sha256) FROM blob)",
  ],
  ["a missing content", "content by hash", "DELETE FROM blob WHERE sha256 = (SELECT min(sha256) FROM blob)"],
  [
    "a wrong size",
    "content by hash",
    `UPDATE revision_change SET bytes = bytes + 1 WHERE number = 1 AND path = 'ledger/a.txt'`,
  ],
  ["a missing change", "all or nothing", `DELETE FROM revision_change WHERE ${oneChange}`],
  ["a wrong count", "all or nothing", "UPDATE revision SET created = created + 1 WHERE number = 7"],
  ["an operation without a revision", "all or nothing", "INSERT INTO operation (op_id, kind) VALUES ('x', 'batch')"],
  ["a revision without an operation", "all or nothing", "DELETE FROM operation WHERE result ->> 'revision' = '7'"],
  [
    "a batch applied twice",
    "exactly once",
    "UPDATE revision SET message = (SELECT message FROM revision WHERE number = 6) WHERE number = 7",
  ],
  [
    "an operation of two revisions",
    "exactly once",
    "UPDATE revision SET op_id = (SELECT op_id FROM revision WHERE number = 6) WHERE number = 7",
  ],
  ["a revision nobody was told of", "nothing unanswered", "UPDATE revision SET message = 'x' WHERE number = 7"],
  [
    "an acknowledged batch that is another's",
    "acknowledged is kept",
    "UPDATE revision SET op_id = 'x' WHERE number = 7",
  ],
  [
    "a lost update",
    "no lost update",
    `UPDATE revision_change SET after = before WHERE ctid = (SELECT ctid FROM revision_change WHERE ${ofLedger} LIMIT 1)`,
  ],
  ["a revision that nothing tells of", "outbox", "DELETE FROM event WHERE data ->> 'revision' = '7'"],
  [
    "an event told twice",
    "outbox",
    "INSERT INTO event SELECT 'x', owner_id, project_id, type, data FROM event WHERE data ->> 'revision' = '7'",
  ],
  [
    "an event of no revision",
    "outbox",
    `UPDATE event SET data = data || '{"revision": 1000}' WHERE data ->> 'revision' = '7'`,
  ],
])("the history checker finds %s: %s", async (_, broken, statement) => {
  expect(await brokenBy(statement)).toContain(broken);
});

it("the history checker finds a refused batch that was applied", async () => {
  const refused = log.refused[0];
  expect(await brokenBy(`UPDATE revision SET message = '${refused}' WHERE number = 7`)).toContain(
    "refused is not applied",
  );
});
