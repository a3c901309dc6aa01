import type { Conversation } from "../turn.ts";
import { fiveSteps } from "./five-steps.ts";
import { scriptBlock } from "./script-block.ts";
import { streamOfDeltas, textOfWords } from "./streams.ts";

/** Conversations that tests start by a mark in the prompt. They take precedence and add no notice of being scripted. */
export const controlled: Conversation[] = [scriptBlock, fiveSteps, streamOfDeltas, textOfWords];
