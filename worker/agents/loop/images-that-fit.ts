import { contextWindowOf } from "../model/context-window.ts";

/** The maximum tokens of an image of unknown size: models scale larger ones down. */
export const imageTokens = 1_600;

/** Pixels per token: https://platform.claude.com/docs/en/build-with-claude/vision */
const pixelsToToken = 750;

/** Returns the tokens of a picture of a page, as the Messages API counts them; models may scale a large one down. */
export const tokensOfPicture = ({ width, height }: { width: number; height: number }): number =>
  Math.ceil((width * height) / pixelsToToken);

/** The share of a model's context that images of earlier prompts may take, and the maximum number of them. */
const maxShare = 0.1;
const maxImages = 5;

/** Returns how many images of earlier prompts a model has room for. */
export const imagesThatFit = (modelId: string): number =>
  Math.min(maxImages, Math.floor((contextWindowOf(modelId) * maxShare) / imageTokens));
