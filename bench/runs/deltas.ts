import type { Stack } from "../../dev/stack.ts";

/** When the model said each delta of a prompt, by its place from 1. */
export function listenForDeltas(stack: Stack, prompt: string): { at: number[]; stop(): void } {
  const at: number[] = [];
  const stop = stack.model?.listen((event) => {
    if (event.kind === "delta" && event.prompt.includes(prompt)) at.push(event.at);
  });
  if (!stop) throw new Error("This measures with the scripted model.");
  return { at, stop };
}

/** The places of the numbered words that a text holds. */
export const wordNumbersIn = (text: string): number[] =>
  [...text.matchAll(/w(\d+)/g)].map(([, place]) => Number(place));
