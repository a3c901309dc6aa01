// A file with one counter line per writer. Each batch that changes the file increments one line of the content that its
// writer has read. A lost update is therefore detectable: a count decreases, or a revision increments nothing.

/** Whether a path belongs to a shared counter file. */
export const isCounterFile = (path: string): boolean => path.startsWith("ledger/");

/** The lines between the counts never change, so that two writers' changes can be merged line by line. */
export const newCounterFile = (writers: string[]): string => writers.map((writer) => `${writer}: 0\n--\n`).join("");

/** Returns the file with one writer's count incremented. */
export function increment(ledger: string, writer: string): string {
  return ledger.replace(
    new RegExp(`^${writer}: (\\d+)$`, "m"),
    (_, count: string) => `${writer}: ${Number(count) + 1}`,
  );
}

const countsOf = (ledger: string): Map<string, number> =>
  new Map([...ledger.matchAll(/^(\w+): (\d+)$/gm)].map(([, writer = "", count]) => [writer, Number(count)]));

/** Whether `after` is `before` with exactly one line incremented by one. */
export function isSingleIncrement(before: string, after: string): boolean {
  const counts = countsOf(after);
  const steps = [...countsOf(before)].map(([writer, count]) => (counts.get(writer) ?? Number.NaN) - count);
  return counts.size === steps.length && steps.every((step) => step === 0 || step === 1) && sum(steps) === 1;
}

const sum = (numbers: number[]): number => numbers.reduce((total, number) => total + number, 0);
