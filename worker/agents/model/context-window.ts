import { claudeNameOf } from "../../billing/index.ts";

/** The assumed context window of other servers' models, in tokens: local servers often have a small one. */
const modest = 32_000;
const claudes = 200_000;

/**
 * Returns a model's context window in tokens, for a request and its answer together. The scripted model counts as
 * Claude.
 */
export const contextWindowOf = (modelId: string): number =>
  modelId === "scripted" || claudeNameOf(modelId) !== null ? claudes : modest;

/** Older Claude models refuse a `max_tokens` above their output limit. */
const shortAnswers: [RegExp, number][] = [
  [/^claude-3-[57]-|^claude-3-5$/, 8_192],
  [/^claude-(3|2|instant)/, 4_096],
];

/** Returns a model's maximum number of output tokens; Infinity when it is unknown. */
export const maxAnswerTokensOf = (modelId: string): number => {
  const name = claudeNameOf(modelId);
  const row = name === null ? undefined : shortAnswers.find(([model]) => model.test(name));
  return row?.[1] ?? Number.POSITIVE_INFINITY;
};
