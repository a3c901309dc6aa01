import { z } from "zod";
import type { TurnBlock } from "../model/port.ts";
import type { StoredResult } from "../ports.ts";
import { fenced } from "../tools/fence.ts";

/** What compaction elides of a run's conversation, counted in steps from the oldest on. */
export type CompactionPlan = {
  /** So many of the oldest steps have the long results of their tools left out. */
  results: number;
  /** So many have the long texts left out that the model itself sent to tools. */
  inputs: number;
  /** How much of the project's earlier conversation is told word for word, in characters. */
  historyRoom: number;
  /** Whether images of earlier prompts are sent along; otherwise they are named. */
  images: boolean;
  /** How long the results of one step may be together, in characters: longer ones are cut. */
  longest: number;
};

/** Shorter texts stay: what stands in for them would be hardly shorter. */
const short = 500;

const reading = z.object({ paths: z.array(z.string()).max(20) });

/** A result, or, where it is long, a sentence on how to have it again. */
export function elideResult(result: StoredResult): string {
  const { name, input, content } = result;
  if (content.length < short) return given(result, content);
  const read = name === "read_files" ? reading.safeParse(input) : null;
  if (read?.success) return `(Left out to make room. read_files shows them again: ${read.data.paths.join(", ")})`;
  return `(Left out to make room. Call ${name} again if you need it.)`;
}

/** A result, or as much of it as there is room for: of a small context one long file could take all. */
export const truncateResult = (result: StoredResult, maxLength: number): string =>
  result.content.length <= maxLength
    ? given(result, result.content)
    : `${given(result, result.content.slice(0, maxLength))}\n(Cut after ${Math.floor(maxLength)} of ${result.content.length} characters to make room. Ask for less at once.)`;

/** A result's content, or a part of it, as the model is given it. */
const given = ({ fence }: StoredResult, content: string): string =>
  fence === undefined ? content : fenced(fence, content);

/** A call with the long texts of its input left out. Nothing else of a turn may be changed. */
export const elideInput = (block: TurnBlock): TurnBlock =>
  block.type === "tool_use"
    ? { ...block, input: Object.fromEntries(Object.entries(block.input).map(([key, part]) => [key, elided(part)])) }
    : block;

function elided(value: unknown): unknown {
  if (typeof value === "string") {
    return value.length < short
      ? value
      : `(Left out to make room: ${value.length} characters. read_files shows the file as it is now.)`;
  }
  if (Array.isArray(value)) return value.map(elided);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, elided(part)]));
}
