import { commentWords } from "./comments.ts";
import type { Source } from "./sources.ts";
import { readsAsSentence, testNames } from "./test-names.ts";

/** First, words of prose that hides the actor; then terms that an engineer of this field expects. */
export const measuredWords = [
  ...["what", "told", "anew", "whoever"],
  ...["returns", "response", "timeout", "snapshot", "heartbeat", "backpressure", "single-flight", "tombstone"],
] as const;

/** Maximum length of a commit's subject. */
const maxSubjectChars = 72;

export type WordFigures = {
  commentWords: number;
  /** Occurrences of each of `measuredWords` per 10,000 words of comments. */
  frequencies: Record<string, number>;
  testNames: number;
  sentences: number;
  subjects: number;
  longSubjects: number;
};

/** Measures the comments of all code except tests, the names of tests, and the subjects of commits. */
export function measureWords(sources: Source[], subjects: string[]): WordFigures {
  const words = sources
    .filter(({ path }) => !path.startsWith("test/"))
    .flatMap((file) => commentWords(file.path, file.text));
  const frequency = (word: string) => (words.filter((one) => one === word).length / words.length) * 10_000;
  const names = testNamesOf(sources);
  return {
    commentWords: words.length,
    frequencies: Object.fromEntries(measuredWords.map((word) => [word, frequency(word)])),
    testNames: names.length,
    sentences: names.filter(({ name }) => readsAsSentence(name)).length,
    subjects: subjects.length,
    longSubjects: subjects.filter((subject) => subject.length > maxSubjectChars).length,
  };
}

/** Returns the names of all tests with their files. */
export const testNamesOf = (sources: Source[]): { path: string; name: string }[] =>
  sources
    .filter(({ path }) => /^test\/.*\.(test|browser)\.ts$/.test(path))
    .flatMap(({ path, text }) => testNames(path, text).map((name) => ({ path, name })));
