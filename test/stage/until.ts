import { setTimeout as pause } from "node:timers/promises";

/** Asks until there is an answer; raises when there is none within `withinMs`, naming what was waited for. */
export async function until<T>(
  what: string,
  withinMs: number,
  ask: () => Promise<T | null | undefined | false>,
): Promise<T> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (performance.now() > deadline) throw new Error(`after ${withinMs} ms still not: ${what}`);
    await pause(20);
  }
}
