import { contextWindowOf } from "../model/context-window.ts";

/** What an image counts at most, however large it is: models make larger ones smaller. */
export const imageTokens = 1_600;

/** How much of a model's context images of earlier prompts may take, and how many are sent at most. */
const maxShare = 0.1;
const maxImages = 5;

export const imagesThatFit = (modelId: string): number =>
  Math.min(maxImages, Math.floor((contextWindowOf(modelId) * maxShare) / imageTokens));
