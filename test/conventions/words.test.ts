import { describe, expect, it } from "vitest";
import { measuredWords, measureWords } from "../../dev/words/measure-words.ts";
import { sources } from "../../dev/words/sources.ts";

/**
 * Frequencies, per 10,000 words of comments on 2026-11-28, of words that hide the actor. Lower them as the prose
 * improves.
 */
const maxFrequencies = { what: 6.8, told: 0.2, anew: 0.1, whoever: 0.4 } as const;

describe("the words of comments", () => {
  const { frequencies, commentWords } = measureWords(sources(), []);

  it.each(Object.entries(maxFrequencies))('The word "%s" is not more frequent than %d times in 10,000', (word, max) => {
    expect(commentWords).toBeGreaterThan(10_000);
    expect(frequencies[word]).toBeLessThanOrEqual(max);
  });

  it("npm run bench words prints every word that is limited here", () => {
    expect(measuredWords).toEqual(expect.arrayContaining(Object.keys(maxFrequencies)));
  });
});
