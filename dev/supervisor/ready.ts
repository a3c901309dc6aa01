import { setTimeout as sleep } from "node:timers/promises";

/**
 * Waits until a real request has gone the whole way: Pages, its function, the API Worker, the database and back.
 * Raises with the last answer when that has not happened within `withinMs`.
 */
export async function waitUntilReady(port: number, withinMs: number, abort?: AbortSignal): Promise<void> {
  const deadline = Date.now() + withinMs;
  let last = "no answer yet";
  while (Date.now() < deadline) {
    abort?.throwIfAborted();
    try {
      const response = await fetch(`http://127.0.0.1:${port}/v1/ready`, { signal: AbortSignal.timeout(5_000) });
      if (response.status === 200) {
        await response.arrayBuffer();
        return;
      }
      last = `${response.status} ${(await response.text()).slice(0, 500)}`;
    } catch (error) {
      last = error instanceof Error ? String(error.cause ?? error.message) : String(error);
    }
    await sleep(50);
  }
  throw new Error(
    `Edgesmith was not ready after ${Math.round(withinMs / 1000)} s. The last answer of /v1/ready: ${last}`,
  );
}
