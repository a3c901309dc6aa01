import { request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

const ATTEMPT_MS = 5_000;

/**
 * Waits until a real request passes the whole path (Pages, its function, the API Worker, the database and back) and
 * another passes from the preview Worker to the API Worker, which runs in a runtime of its own.
 * @throws Error with the last response when that does not happen within `withinMs`
 */
export async function waitUntilReady(
  { port, previewPort }: { port: number; previewPort: number },
  withinMs: number,
  abort?: AbortSignal,
): Promise<void> {
  const deadline = Date.now() + withinMs;
  let last = "no response yet";
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
  throw new Error(`Edgesmith was not ready after ${Math.round(withinMs / 1000)} s. The last response: ${last}`);
}

async function apiComplaint(port: number): Promise<string | null> {
  const response = await fetch(`http://127.0.0.1:${port}/v1/ready`, { signal: AbortSignal.timeout(ATTEMPT_MS) });
  const text = await response.text();
  return response.status === 200 ? null : `/v1/ready: ${response.status} ${text.slice(0, 500)}`;
}

/** A well-formed secret part of a preview's host name (26 characters of base32) that grants no access. */
const noSecret = "a".repeat(26);

/**
 * Visits, without a cookie, a preview host that no visitor may open: the preview Worker must ask the API Worker, which
 * queries the database. `/v1/ready` does not prove that, since its response may come from a cache of five seconds.
 */
function previewComplaint(port: number): Promise<string | null> {
  const headers = { Host: `prj-ready-${noSecret}.localhost:${port}` };
  const options = { host: "127.0.0.1", port, headers, signal: AbortSignal.timeout(ATTEMPT_MS) };
  return new Promise((resolve, reject) => {
    const outgoing = request(options, (answer) => {
      answer.resume();
      const { statusCode = 0 } = answer;
      answer.once("end", () => resolve(statusCode < 500 ? null : `preview: ${statusCode}`));
    });
    outgoing.once("error", reject);
    outgoing.end();
  });
}
