import type { Context } from "../accounts/index.ts";
import { executeIdempotent } from "../database/index.ts";
import { handOverLost } from "./hand-over.ts";
import type { Image } from "./run-start.ts";
import type { SessionEnv } from "./session-client.ts";
import { selectRun } from "./store.ts";

/**
 * Of a start that is asked for again: where it was noted and its Session never got it, it begins now, with the images that
 * come along, and not at the next sweep without them. One that is gone with its project stays gone.
 */
export async function startAgain(context: Context, env: SessionEnv, id: string, images: Image[]): Promise<void> {
  const [row] = await executeIdempotent(selectRun(context.database, context.actor.ownerId, id));
  if (row && row.endedAt === null) await handOverLost(env, row, images);
}
