import { contextWindowOf } from "../model/context-window.ts";

/** The maximum tokens of an image: models scale larger ones down. */
export const imageTokens = 1_600;

/** The share of a model's context that images of earlier prompts may take, and the maximum number of them. */
const maxShare = 0.1;
const maxImages = 5;

/** Returns how many images of earlier prompts a model has room for. */
export const imagesThatFit = (modelId: string): number =>
  Math.min(maxImages, Math.floor((contextWindowOf(modelId) * maxShare) / imageTokens));
