import { z } from "zod";
import type { TurnBlock } from "../model/port.ts";
import type { StoredResult } from "../ports.ts";
import { fenced } from "../tools/fence.ts";

/** What compaction elides of a run's conversation, counted in steps from the oldest. */
export type CompactionPlan = {
  /** The number of oldest steps whose long tool results are elided. */
  results: number;
  /** The number of oldest steps whose long tool inputs are elided. */
  inputs: number;
  /** Characters of the project's earlier conversation that are included verbatim. */
  historyRoom: number;
  /** Whether images of earlier prompts are included; otherwise a placeholder names them. */
  images: boolean;
  /** Whether the pictures of tools' results are included. */
  pictures: boolean;
  /** The maximum number of characters of one step's results; longer results are truncated. */
  longest: number;
};

/** Shorter texts stay, because a placeholder would hardly be shorter. */
const short = 500;

const reading = z.object({ paths: z.array(z.string()).max(20) });

/** Returns a short result as it is, and for a long result a sentence on how to get it again. */
export function elideResult(result: StoredResult): string {
  const { name, input, content } = result;
  if (content.length < short) return contentOf(result, content);
  const read = name === "read_files" ? reading.safeParse(input) : null;
  if (read?.success) return `(Left out to make room. read_files shows them again: ${read.data.paths.join(", ")})`;
  return `(Left out to make room. Call ${name} again if you need it.)`;
}

/** Returns a result truncated to `maxLength` characters, since one long file could fill a small context. */
export const truncateResult = (result: StoredResult, maxLength: number): string =>
  result.content.length <= maxLength
    ? contentOf(result, result.content)
    : `${contentOf(result, result.content.slice(0, maxLength))}\n(Cut after ${Math.floor(maxLength)} of ${result.content.length} characters to make room. Ask for less at once.)`;

/** Returns a result's content, or a part of it, in its fence. */
const contentOf = ({ fence }: StoredResult, content: string): string =>
  fence === undefined ? content : fenced(fence, content);

/** Elides the long texts of a call's input. Nothing else of a turn may be changed. */
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
