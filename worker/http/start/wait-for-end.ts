import type { Context } from "hono";
import type { Run } from "../../contract/index.ts";
import type { AppEnv } from "../environment.ts";

const maxWaitSeconds = 60;

const preference = /(?:^|,)\s*wait\s*=\s*"?(\d{1,9})"?\s*(?:[,;]|$)/i;

/**
 * Parses the caller's waiting time for the end of the run: from `?wait=`, or from `Prefer: wait=` (RFC 7240, 4.3).
 * @returns milliseconds, at most the limit
 */
export function parseWait(c: Context<AppEnv>, waitParameter: string | undefined): number {
  const seconds = waitParameter ?? preference.exec(c.req.header("prefer") ?? "")?.[1] ?? "0";
  return Math.min(Number(seconds), maxWaitSeconds) * 1_000;
}

/**
 * @param end waits for the end of a run; resolves to null when the end is unknown
 * @returns the response to a start, with the run's state at its end or at the timeout
 */
export async function respondAtEnd(
  c: Context<AppEnv>,
  response: Response,
  end: (run: Pick<Run, "id" | "projectId">) => Promise<Run | null>,
): Promise<Response> {
  const started: Run = await response.json();
  const run = (await end(started)) ?? started;
  const headers = new Headers(response.headers);
  if (c.req.header("prefer") !== undefined) headers.set("Preference-Applied", "wait");
  return new Response(JSON.stringify(run), { status: response.status, headers });
}
