import { imagesThatFit } from "../../agents/index.ts";
import type { Message } from "../../contract/index.ts";
import type { Image } from "../start/run-spec.ts";

/** The maximum number of base64 characters of images that each request repeats. */
const maxCharacters = 4_000_000;

/**
 * Selects the images of earlier prompts to send with a new prompt: the newest, as many as the model accepts.
 * @param imagesOf returns the images of a run that are still stored
 * @returns the images by message id
 */
export function earlierImages(
  history: Message[],
  modelId: string,
  imagesOf: (runId: string) => Image[],
): ReadonlyMap<string, Image[]> {
  const found = new Map<string, Image[]>();
  let count = imagesThatFit(modelId);
  let characters = maxCharacters;
  for (const { id, runId, role, content } of history.toReversed()) {
    const sent = content.filter(({ type }) => type === "image").length;
    if (role !== "user" || runId === null || sent === 0) continue;
    if (sent > count) break;
    const images = imagesOf(runId);
    characters -= images.reduce((sum, { data }) => sum + data.length, 0);
    if (characters < 0) break;
    count -= sent;
    if (images.length > 0) found.set(id, images);
  }
  return found;
}
