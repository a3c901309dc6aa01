import { addUsage, noUsage, type Usage } from "../../contract/index.ts";
import { askSession, type SessionEnv } from "../session-client.ts";

/**
 * Sums the usage that Sessions report for active runs.
 * @param onFailure receives the error of a Session that cannot be reached; its runs then count as zero
 */
export async function usageOfRuns(
  env: SessionEnv,
  runs: { id: string; projectId: string }[],
  onFailure: (error: unknown) => void,
): Promise<Usage> {
  const ofProjects = [...Map.groupBy(runs, ({ projectId }) => projectId)].map(async ([projectId, open]) => {
    const ids = open.map(({ id }) => id);
    try {
      return await askSession(env, projectId, async (session): Promise<Usage> => session.usageOf(ids));
    } catch (error) {
      onFailure(error);
      return noUsage;
    }
  });
  return (await Promise.all(ofProjects)).reduce(addUsage, noUsage);
}
