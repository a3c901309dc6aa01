// Batches of new files of 8 KB: three strategies side by side at three round-trip times, then the operations whose time
// should not depend on size.
import pg from "pg";
import { awaitedLoop, type BatchStrategy, oneStatement, sourceFiles, statementPerFile } from "./batch-strategies.ts";
import { startDelayedTcp } from "./delayed-tcp.ts";
import { median, ms, ratio, timed } from "./figures.ts";
import { benchLists } from "./lists.ts";
import { type BenchDatabase, setupDatabase } from "./setup-database.ts";

const sizes = [1, 10, 100, 1_000];
const delays = [0, 10, 30];
/**
 * More rounds where the difference is small, fewer where one takes long: the loop of 1,000 files at 30 ms takes half a
 * minute.
 */
const roundsOf = (count: number, delayMs: number): number =>
  Number(process.env.BENCH_ROUNDS ?? 0) || (count * Math.max(delayMs, 1) > 5_000 ? 3 : count > 10 ? 7 : 25);

/** `npm run bench files`: prints the table of batches, then that of lists. */
export async function benchFiles(): Promise<void> {
  const bench = await setupDatabase();
  const proxy = await startDelayedTcp(bench.postgres.port);
  const address = new URL(bench.url);
  address.port = String(proxy.port);
  const pool = new pg.Pool({ connectionString: address.href, max: 1 });
  const strategies = [oneStatement(bench), awaitedLoop(bench, pool), statementPerFile(bench)] as const;
  try {
    console.log(
      "Batches of new files of 8 KB, medians; all three leave the same rows behind: contents, tree, history, result, event.",
    );
    console.log("(a) an awaited loop in an interactive transaction over TCP, (b) one statement per file over HTTP.\n");
    console.log("| files | round trip | one statement | requests | a file | (a) | (b) | (a) ÷ ours | (b) ÷ ours |");
    console.log("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
    for (const delayMs of delays) {
      for (const count of sizes) {
        console.log(
          await row(bench, strategies, count, delayMs, (added) => {
            proxy.delayMs = added;
            bench.gateway.faults.delayMs = added;
          }),
        );
      }
    }
    await benchLists(bench);
  } finally {
    await pool.end();
    await proxy.close();
    await bench.stop();
  }
}

async function row(
  bench: BenchDatabase,
  [ours, loop, perFile]: readonly [BatchStrategy, BatchStrategy, BatchStrategy],
  count: number,
  delayMs: number,
  setDelay: (ms: number) => void,
): Promise<string> {
  const taken: [number[], number[], number[]] = [[], [], []];
  let requests = 0;
  for (let round = 0; round <= roundsOf(count, delayMs); round += 1) {
    for (const [index, strategy] of [ours, loop, perFile].entries()) {
      setDelay(0);
      const run = await strategy(sourceFiles(count));
      setDelay(delayMs);
      const before = bench.gateway.counters.requests;
      const elapsed = await timed(run);
      if (index === 0) requests = bench.gateway.counters.requests - before;
      // The first round warms up all three.
      if (round > 0) taken[index]?.push(elapsed);
    }
  }
  setDelay(0);
  const [one, a, b] = [median(taken[0]), median(taken[1]), median(taken[2])];
  const cells = [
    count,
    `${delayMs} ms`,
    ms(one),
    requests,
    `${(one / count).toFixed(2)} ms`,
    ms(a),
    ms(b),
    ratio(a / one),
    ratio(b / one),
  ];
  return `| ${cells.join(" | ")} |`;
}
