import { imagesThatFit } from "../../agents/index.ts";
import type { Message } from "../../contract/index.ts";
import type { Image } from "../start/run-spec.ts";

/** Of what is sent with each request once more, in characters of base64. */
const maxCharacters = 4_000_000;

/**
 * The images of earlier prompts that go along with a new one, by message: the newest, as many as the model has room for.
 * @param imagesOf the images of a run as far as they are still there
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
