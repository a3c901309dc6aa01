import type { Context } from "../../accounts/index.ts";
import type { Image } from "../../contract/index.ts";
import { AppError } from "../../errors.ts";
import { askSession, type SessionEnv } from "../session-client.ts";
import { findRun } from "./get-run.ts";

/**
 * Returns an image of a run's prompt, or one that its agent saw.
 * @throws AppError `not_found`, also for an image that is no longer stored
 */
export async function readImage(
  context: Context,
  env: SessionEnv,
  { id, name }: { id: string; name: string },
): Promise<Image> {
  const { projectId } = await findRun(context, id);
  const image: Image | null = await askSession(env, projectId, async (session) => session.imageOf(id, name));
  if (image === null) throw new AppError("not_found", "Image not found. Images are kept for at most a week.");
  return image;
}
