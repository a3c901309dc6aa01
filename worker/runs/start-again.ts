import type { Context } from "../accounts/index.ts";
import { findRun } from "./get-run.ts";
import { handOverLost } from "./hand-over.ts";
import type { Image } from "./run-start.ts";
import type { SessionEnv } from "./session-client.ts";

/**
 * Of a start that is asked for again: the run is there. Where it was noted and its Session never got it, it begins now, with
 * the images that come along, and not at the next sweep without them.
 */
export async function startAgain(context: Context, env: SessionEnv, id: string, images: Image[]): Promise<void> {
  const row = await findRun(context, id);
  if (row.endedAt === null) await handOverLost(env, row, images);
}
