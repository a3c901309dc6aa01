import { addUsage, noUsage, type Usage } from "../../contract/index.ts";
import { askSession, type SessionEnv } from "../session-client.ts";

/**
 * What runs have used so far by their sessions' word, in sum.
 * @param onFailure is told of a session that cannot be asked; its runs count as nothing then
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
