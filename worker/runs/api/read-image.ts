import type { Context } from "../../accounts/index.ts";
import type { Image } from "../../contract/index.ts";
import { AppError } from "../../errors.ts";
import { askSession, type SessionEnv } from "../session-client.ts";
import { findRun } from "./get-run.ts";

/**
 * Returns an image of a run: one that was sent with its prompt, or one that its agent saw.
 * @throws AppError `not_found`, also for an image that is not stored any more
 */
export async function readImage(
  context: Context,
  env: SessionEnv,
  { id, name }: { id: string; name: string },
): Promise<Image> {
  const { projectId } = await findRun(context, id);
  const image: Image | null = await askSession(env, projectId, async (session) => session.imageOf(id, name));
  if (image === null) throw new AppError("not_found", "This image is not stored, or not any more.");
  return image;
}
