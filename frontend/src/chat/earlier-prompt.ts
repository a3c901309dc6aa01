import type { ModelTier, Run, RunMode } from "../../../worker/contract/index.ts";
import { getRun, readRunImage } from "../api/runs.ts";
import type { Attachment } from "./attachments.ts";
import { base64Of, imageTypeIn } from "./file-content.ts";
import type { RunView } from "./run-view.ts";

/** The choices of a person for a prompt that was sent before, with its pictures. */
export type EarlierPrompt = {
  mode: RunMode;
  /** The agent that the person named; undefined where the router picked one. */
  agent: string | undefined;
  model: ModelTier | undefined;
  pictures: Attachment[];
  /** The number of its pictures that the server no longer keeps. */
  lost: number;
};

/** Marks the pictures of earlier prompts in a box, so that another prompt's replace them. */
const mark = "sent ";

/** Whether an attachment is a picture of an earlier prompt other than this run's. */
export const isOfOther = ({ id }: Attachment, runId: string): boolean =>
  id.startsWith(mark) && !id.startsWith(`${mark}${runId} `);

async function readPicture(runId: string, number: number): Promise<Attachment | null> {
  const bytes = await readRunImage(runId, `prompt-${number}`);
  const mediaType = bytes === null ? null : imageTypeIn(bytes);
  if (bytes === null || mediaType === null) return null;
  const name = `picture-${number}.${mediaType.replace("image/", "")}`;
  const id = `${mark}${runId} ${number}`;
  return { id, name, bytes: bytes.length, kind: "image", image: { mediaType, data: base64Of(bytes) } };
}

const agentOf = ({ routing }: Run): string | undefined => (routing?.method === "mention" ? routing.agent : undefined);

/**
 * Reads the pictures of a sent prompt, and the choices for it. The server keeps pictures for a week at most.
 * @throws ApiError when it cannot be read
 */
export async function readEarlierPrompt({ runId, images, mode }: RunView): Promise<EarlierPrompt> {
  const numbers = Array.from({ length: images }, (_, index) => index + 1);
  const [run, read] = await Promise.all([
    getRun(runId),
    Promise.all(numbers.map((number) => readPicture(runId, number))),
  ]);
  const pictures = read.filter((one) => one !== null);
  return { mode, agent: agentOf(run), model: run.model, pictures, lost: images - pictures.length };
}

/** Returns the sentence that tells of pictures that are no longer kept. */
export const lostSentence = (lost: number): string =>
  lost === 1
    ? "A picture of this prompt is no longer stored. Attach it again, or send the prompt without it."
    : `${lost} pictures of this prompt are no longer stored. Attach them again, or send the prompt without them.`;
