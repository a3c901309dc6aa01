/** Longest silence on the terminal while a part of the start is under way, in milliseconds. */
const SILENCE_MS = 8_000;

/** Runs one named part of the start, and reports its begin and its end. */
export type Progress = <T>(part: string, work: () => Promise<T>) => Promise<T>;

/** For programs that start a stack and print nothing. */
export const noProgress: Progress = (_part, work) => work();

/**
 * Prints a line when a part begins and when it is done, and names the parts under way whenever {@link SILENCE_MS} have
 * passed without another line.
 * @param print receives each line without its line break
 */
export function printedProgress(print: (line: string) => void): Progress {
  const underWay = new Map<string, number>();
  let timer: NodeJS.Timeout | undefined;
  const say = (part: string, text: string) => {
    clearInterval(timer);
    print(`  ${part.padEnd(9)} ${text}`);
    if (underWay.size > 0) timer = setInterval(sayUnderWay, SILENCE_MS);
  };
  const sayUnderWay = () => {
    for (const [part, began] of underWay) print(`  ${part.padEnd(9)} still under way after ${seconds(began)}`);
  };
  return async (part, work) => {
    const began = Date.now();
    underWay.set(part, began);
    say(part, "begins");
    try {
      const result = await work();
      underWay.delete(part);
      say(part, `done in ${seconds(began)}`);
      return result;
    } catch (error) {
      underWay.delete(part);
      say(part, `failed after ${seconds(began)}`);
      throw error;
    }
  };
}

const seconds = (began: number): string => `${((Date.now() - began) / 1000).toFixed(1)} s`;
