// The time of a three-way merge of texts with many equal lines, compared with a merge by the longest common subsequence
// and with reading the three texts line by line, which every merge has to do.
import { diff3Merge } from "node-diff3";
import { mergeText } from "../worker/projects/merge.ts";
import { median, ms, ratio } from "./figures.ts";

/** The other merge is cubic in the number of equal lines; skip it above this many. */
const maxPeerLines = 1_000;
const rounds = 7;

type Texts = { name: string; lines: number; yours: string; base: string; theirs: string };

const linesOf = (text: string): string[] => text.split(/(?<=\n)/);

function blank(lines: number): Texts {
  const base = "\n".repeat(lines);
  return { name: "blank lines", lines, yours: `top\n${base}`, base, theirs: `${base}end\n` };
}

/** Generates three texts of which any two share at most every other line. */
function mixed(lines: number): Texts {
  const text = (side: string, gap: number) =>
    Array.from({ length: lines }, (_, at) => (at % gap === 0 ? `${side} ${at}\n` : "\n")).join("");
  return { name: "unlike texts", lines, yours: text("yours", 2), base: text("base", 3), theirs: text("theirs", 5) };
}

const texts = [blank(250), blank(1_000), blank(51_200), mixed(1_000), mixed(25_600)];

/**
 * Runs the contestants alternately.
 * @returns the median milliseconds of each
 */
function raced(contestants: (() => unknown)[]): number[] {
  const times = contestants.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [place, work] of contestants.entries()) {
      const from = performance.now();
      work();
      times[place]?.push(performance.now() - from);
    }
  }
  return times.map(median);
}

/** `npm run bench merge`: prints the table of merges. */
export async function benchMerge(): Promise<void> {
  console.log("| texts | lines of each | merge | ÷ reading the lines | longest common subsequence ÷ merge |");
  console.log("| --- | ---: | ---: | ---: | ---: |");
  for (const { name, lines, yours, base, theirs } of texts) {
    const all = [yours, base, theirs];
    const peer = () => diff3Merge(linesOf(yours), linesOf(base), linesOf(theirs), { excludeFalseConflicts: true });
    const [merge = 0, read = 0, other = 0] = raced([
      () => mergeText(yours, base, theirs),
      () => all.map(linesOf),
      ...(lines <= maxPeerLines ? [peer] : []),
    ]);
    const beside = lines <= maxPeerLines ? ratio(other / merge) : "not run";
    console.log(`| ${name} | ${lines} | ${ms(merge)} | ${ratio(merge / read)} | ${beside} |`);
  }
}
