import { claudeNameOf } from "../../billing/index.ts";

/** What other servers of the Messages API are likely to have been given: local ones are often set to little. */
const modest = 32_000;
const claudes = 200_000;

/** How many tokens a request and its answer may hold together. The stand-in passes for Claude. */
export const contextWindowOf = (modelId: string): number =>
  modelId === "scripted" || claudeNameOf(modelId) !== null ? claudes : modest;

/** Older Claude models refuse a request for a longer answer than they give. */
const shortAnswers: [RegExp, number][] = [
  [/^claude-3-[57]-|^claude-3-5$/, 8_192],
  [/^claude-(3|2|instant)/, 4_096],
];

/** The longest answer that may be asked of a model, in tokens; infinite where nothing is known. */
export const maxAnswerTokensOf = (modelId: string): number => {
  const name = claudeNameOf(modelId);
  const row = name === null ? undefined : shortAnswers.find(([model]) => model.test(name));
  return row?.[1] ?? Number.POSITIVE_INFINITY;
};
