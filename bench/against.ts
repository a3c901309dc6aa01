// Tells whether the code became slower: runs the benchmarks of an earlier commit and of this tree alternately.
import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import { ROOT } from "../dev/supervisor/content-hash.ts";
import { type MeasuredRow, readRows, type TableShape } from "../test/stage/measured-rows.ts";
import { extractTree } from "./against/earlier-tree.ts";
import { runProgram } from "./against/run-program.ts";
import { median, ratio } from "./figures.ts";

/** The last commit before the modules, names and functions got their present form. */
const beforeRefactoring = "b5ab2422";

type Part = { name: string; args: string[]; shape: TableShape };

const runParts = ["first-delta", "distant", "fan-out", "resume", "storm", "cancel", "kill"];

const parts: Part[] = [
  ...runParts.map((part) => ({
    name: `runs ${part}`,
    args: ["runs", part],
    shape: { labelCells: 1, figureCells: 1 },
  })),
  // The third cell is the one statement that the API sends; the others are not our code.
  { name: "files", args: ["files"], shape: { labelCells: 2, figureCells: 1 } },
];

type Tree = { folder: string; results: MeasuredRow[][] };

/**
 * `npm run bench against`: takes about an hour. Names of parts after `--` limit it (`-- "runs first-delta" files`),
 * `--commit` names another commit, `--rounds` says how often each part is run in each tree.
 * @throws Error when a benchmark fails, or the two trees print different rows
 */
export async function benchAgainst(): Promise<void> {
  const options = { commit: { type: "string" }, rounds: { type: "string" } } as const;
  const { values, positionals } = parseArgs({ args: process.argv.slice(3), options, allowPositionals: true });
  const commit = values.commit ?? beforeRefactoring;
  const rounds = Number(values.rounds ?? 3);
  const unknown = positionals.filter((name) => !parts.some((part) => part.name === name));
  if (unknown.length > 0) throw new Error(`Parts are: ${parts.map(({ name }) => name).join(", ")}.`);
  const earlier = await extractTree(commit);
  console.log(`${commit} and this tree, in turn, ${rounds} times each. Load before: ${loadavg()[0]?.toFixed(1)}.\n`);
  console.log("| what | before | now | now ÷ before | the same code, most ÷ least |");
  console.log("| --- | ---: | ---: | ---: | ---: |");
  for (const part of parts) {
    if (positionals.length > 0 && !positionals.includes(part.name)) continue;
    for (const row of await compare(part, earlier, rounds)) console.log(`| ${row.join(" | ")} |`);
  }
  console.log(`\nLoad after: ${loadavg()[0]?.toFixed(1)}.`);
}

/** Runs one part in both trees in turn, in alternating order. */
async function compare(part: Part, folder: string, rounds: number): Promise<string[][]> {
  const trees: [Tree, Tree] = [
    { folder, results: [] },
    { folder: ROOT, results: [] },
  ];
  for (let round = 0; round < rounds; round += 1) {
    for (const tree of round % 2 === 0 ? trees : trees.toReversed())
      tree.results.push(await measure(part, tree.folder));
  }
  const [before, now] = trees;
  const [rowsBefore = [], rowsNow = []] = [before.results[0], now.results[0]];
  if (rowsBefore.length !== rowsNow.length) throw new Error(`"${part.name}" has not the same rows in both trees.`);
  return rowsNow.map(({ label }, index) =>
    rowOf(`${part.name}: ${label}`, figuresAt(before, index), figuresAt(now, index)),
  );
}

/** The figures of a row, one list for each of them over all rounds. */
function figuresAt({ results }: Tree, index: number): number[][] {
  const rounds = results.map((rows) => rows[index]?.figures ?? []);
  return (rounds[0] ?? []).map((_, figure) => rounds.map((figures) => figures[figure] ?? Number.NaN));
}

function rowOf(label: string, before: number[][], now: number[][]): string[] {
  const medians = (figures: number[][]) => figures.map(median);
  const text = (values: number[], format: (value: number) => string) => values.map(format).join(" / ");
  const plain = (value: number) => value.toFixed(value < 100 ? 1 : 0);
  const ratios = medians(now).map((value, figure) => value / (medians(before)[figure] ?? Number.NaN));
  const spread = Math.max(...[...before, ...now].map((values) => Math.max(...values) / Math.min(...values)));
  return [label, text(medians(before), plain), text(medians(now), plain), text(ratios, ratio), ratio(spread)];
}

/** Runs a benchmark in a tree, in a process of its own. */
const measure = async ({ args, shape }: Part, folder: string): Promise<MeasuredRow[]> =>
  readRows(await runProgram(process.execPath, ["bench/run.ts", ...args], folder), shape);
