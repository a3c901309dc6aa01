const rows: [RegExp, number][] = [
  // The stand-in passes for Claude.
  [/^(claude-|scripted$)/, 200_000],
];

/** What other servers of the Messages API are likely to have been given: local ones are often set to little. */
const modest = 32_000;

/** How many tokens a request and its answer may hold together. */
export const contextOf = (modelId: string): number => rows.find(([model]) => model.test(modelId))?.[1] ?? modest;
