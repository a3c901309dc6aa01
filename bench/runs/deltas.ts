import type { Stack } from "../../dev/stack.ts";

/**
 * Records when the model sent each delta of a prompt.
 * @returns `at`: the times in order, by the clock of `performance.now()`
 */
export function listenForDeltas(stack: Stack, prompt: string): { at: number[]; stop(): void } {
  const at: number[] = [];
  const stop = stack.model?.listen((event) => {
    if (event.kind === "delta" && event.prompt.includes(prompt)) at.push(event.at);
  });
  if (!stop) throw new Error("This measures with the scripted model.");
  return { at, stop };
}

/** Returns the numbers of the numbered words in a text. */
export const wordNumbersIn = (text: string): number[] =>
  [...text.matchAll(/w(\d+)/g)].map(([, place]) => Number(place));
