import { setTimeout as pause } from "node:timers/promises";

/**
 * Polls until `ask` returns a value.
 * @throws Error that names the awaited condition after `withinMs` milliseconds
 */
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
