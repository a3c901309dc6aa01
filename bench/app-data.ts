// `npm run bench app-data`: pages of 100,000 rows in the Data tab, a query's bound, and a snapshot of 50 MB. Each figure
// covers the whole path: over HTTP through Pages, the API Worker and the preview Worker to the app's database.

import { enter, visit } from "../test/faults/preview-request.ts";
import { type Caller, newCaller, newProject } from "../test/stage/caller.ts";
import { openTestStack } from "../test/stage/stack.ts";
import { batchResult, dataQueryResult, dataRow, dataSnapshot, pageOf, preview } from "../worker/contract/index.ts";

const ROWS = 100_000;
const PAGE = 100;
const REPEATS = 21;

const server = `import { DurableObject } from "cloudflare:workers";
export class App extends DurableObject {
  fetch() {
    const { sql } = this.ctx.storage;
    sql.exec("CREATE TABLE IF NOT EXISTS big (id INTEGER PRIMARY KEY, name TEXT, text TEXT)");
    sql.exec("CREATE INDEX IF NOT EXISTS big_name ON big (name)");
    for (let from = 0; from < ${ROWS}; from += 5_000)
      sql.exec("INSERT INTO big (name, text) SELECT hex(randomblob(8)), hex(randomblob(220)) FROM (WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT 5000) SELECT x FROM c)");
    return Response.json(sql.databaseSize);
  }
}
`;

/** Prints the figures. */
export async function benchAppData(): Promise<void> {
  const testStack = await openTestStack();
  try {
    const caller = await newCaller(testStack.stack);
    const data = await filled(caller);
    await comparePages(caller, `${data}/tables/big/rows?limit=${PAGE}`, "by rowid");
    await comparePages(caller, `${data}/tables/big/rows?limit=${PAGE}&sort=name`, "by an indexed column");
    await printMedian("a snapshot", 5, () => caller.expect(dataSnapshot, 201, `${data}/snapshots`, { body: {} }));
    const body = { sql: "SELECT count(*) AS n, sum(length(text)) AS bytes FROM big WHERE text LIKE '%00%'" };
    await printMedian("a query that reads every row", 5, () =>
      caller.expect(dataQueryResult, 200, `${data}/query`, { body }),
    );
  } finally {
    await testStack.close();
  }
}

/** @returns the address of the data */
async function filled(caller: Caller): Promise<string> {
  const projectId = await newProject(caller);
  const operations = [{ op: "create", path: "src/server.ts", content: server }];
  await caller.expect(batchResult, 201, `/v1/projects/${projectId}/batches`, { body: { operations } });
  const { url } = await caller.expect(preview, 201, `/v1/projects/${projectId}/preview`, { body: {} });
  const { text } = await visit(`${new URL(url).origin}/`, { cookie: await enter(url) });
  console.log(`${ROWS} rows, ${(Number(text) / 1e6).toFixed(1)} MB`);
  return `/v1/projects/${projectId}/data/preview`;
}

const rows = pageOf(dataRow);

/** Reads the first and the last page alternately; a walk through all pages gives the last page's cursor. */
async function comparePages(caller: Caller, address: string, title: string): Promise<void> {
  let last = address;
  for (let page = await caller.expect(rows, 200, address); page.pagination.hasMore; ) {
    last = `${address}&cursor=${page.pagination.nextCursor}`;
    page = await caller.expect(rows, 200, last);
  }
  const times: { first: number[]; last: number[] } = { first: [], last: [] };
  for (let turn = 0; turn < REPEATS; turn += 1) {
    times.first.push(await timed(() => caller.expect(rows, 200, address)));
    times.last.push(await timed(() => caller.expect(rows, 200, last)));
  }
  const [first, end] = [median(times.first), median(times.last)];
  console.log(
    `${title}: first page ${first.toFixed(1)} ms, last page ${end.toFixed(1)} ms, ratio ${(end / first).toFixed(2)}`,
  );
}

async function printMedian(title: string, often: number, work: () => Promise<unknown>): Promise<void> {
  const times: number[] = [];
  for (let turn = 0; turn < often; turn += 1) times.push(await timed(work));
  console.log(`${title}: median ${median(times).toFixed(0)} ms, longest ${Math.max(...times).toFixed(0)} ms`);
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

const median = (all: readonly number[]): number => all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0;
