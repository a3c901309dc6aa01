import { request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

const ATTEMPT_MS = 5_000;

/**
 * Waits until a real request has gone the whole way: Pages, its function, the API Worker, the database and back; and another
 * from the preview Worker to the API Worker, which are in runtimes of their own.
 * Raises with the last answer when that has not happened within `withinMs`.
 */
export async function waitUntilReady(
  { port, previewPort }: { port: number; previewPort: number },
  withinMs: number,
  abort?: AbortSignal,
): Promise<void> {
  const deadline = Date.now() + withinMs;
  let last = "no answer yet";
  while (Date.now() < deadline) {
    abort?.throwIfAborted();
    try {
      last = (await apiComplaint(port)) ?? (await previewComplaint(previewPort)) ?? "";
      if (last === "") return;
    } catch (error) {
      last = error instanceof Error ? String(error.cause ?? error.message) : String(error);
    }
    await sleep(50);
  }
  throw new Error(`Edgesmith was not ready after ${Math.round(withinMs / 1000)} s. The last answer: ${last}`);
}

async function apiComplaint(port: number): Promise<string | null> {
  const response = await fetch(`http://127.0.0.1:${port}/v1/ready`, { signal: AbortSignal.timeout(ATTEMPT_MS) });
  const text = await response.text();
  return response.status === 200 ? null : `/v1/ready: ${response.status} ${text.slice(0, 500)}`;
}

/** The secret part of a host's name that lets nobody in (26 characters of base32). */
const noSecret = "a".repeat(26);

/**
 * Visits, without a cookie, a preview host that no visitor may open: the preview Worker then asks the API Worker, which asks
 * the database. `/v1/ready` does not show that, since it may answer from a cache that is five seconds old.
 */
function previewComplaint(port: number): Promise<string | null> {
  const headers = { Host: `prj-ready-${noSecret}.localhost:${port}` };
  const options = { host: "127.0.0.1", port, headers, signal: AbortSignal.timeout(ATTEMPT_MS) };
  return new Promise((resolve, reject) => {
    const asked = request(options, (answer) => {
      answer.resume();
      const { statusCode = 0 } = answer;
      answer.once("end", () => resolve(statusCode < 500 ? null : `preview: ${statusCode}`));
    });
    asked.once("error", reject);
    asked.end();
  });
}
