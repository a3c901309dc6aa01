import { z } from "zod";
import type { Config } from "../config/index.ts";
import { AppError } from "../errors.ts";

/** The part of the binding that we use; a dataset outside Cloudflare discards all data points. */
export type Dataset = Pick<AnalyticsEngineDataset, "writeDataPoint">;

const timeoutMs = 10_000;

const answer = z.object({ data: z.array(z.unknown()) });

/**
 * Queries the SQL API of Analytics Engine.
 * @param query ends in `FORMAT JSON`
 * @returns the rows
 * @throws AppError `dependency_down`
 */
export async function pointsOf(
  { url, token }: NonNullable<Config["analytics"]>,
  query: string,
): Promise<z.infer<typeof answer>["data"]> {
  const response = await fetch(url, {
    method: "POST",
    headers: { Authorization: `Bearer ${token}` },
    body: query,
    signal: AbortSignal.timeout(timeoutMs),
  }).catch((error: unknown) => {
    throw new AppError("dependency_down", "Metrics are unavailable. Try again in a few seconds.", {
      cause: error,
      retryAfter: 5,
    });
  });
  if (!response.ok) {
    await response.body?.cancel();
    throw new AppError("dependency_down", "Metrics are unavailable. Try again in a few seconds.", {
      cause: new Error(`Analytics Engine responded with status ${response.status}`),
      retryAfter: 5,
    });
  }
  return answer.parse(await response.json()).data;
}
