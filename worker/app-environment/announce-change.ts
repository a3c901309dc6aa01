import type { Config } from "../config/index.ts";
import type { BuilderRpc } from "../contract/index.ts";
import { messageOf } from "../errors.ts";
import { log } from "../monitoring/index.ts";

const attempts = 2;

/**
 * Tells the project's running apps to reload their environment. Logs a failure instead of throwing it: the change is
 * stored, and a running app reloads its environment within a minute anyway.
 */
export async function announceChange(config: Config, builder: BuilderRpc, projectId: string): Promise<void> {
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    try {
      return await builder.environmentChanged(projectId);
    } catch (error) {
      if (attempt < attempts) continue;
      log(config.logLevel, "error", { event: "app_environment.not_announced", projectId, error: messageOf(error) });
    }
  }
}
