import { commentWords } from "./comments.ts";
import type { Source } from "./sources.ts";
import { readsAsSentence, testNames } from "./test-names.ts";

/** The first group are words of prose that names no actor; the others are terms that an engineer of this field looks for. */
export const measuredWords = [
  ...["what", "told", "anew", "whoever"],
  ...["returns", "response", "timeout", "snapshot", "heartbeat", "backpressure", "single-flight", "tombstone"],
] as const;

/** The most characters that a commit's subject may have. */
const maxSubjectChars = 72;

export type WordFigures = {
  commentWords: number;
  /** How often each of `measuredWords` occurs in 10,000 words of comments. */
  frequencies: Record<string, number>;
  testNames: number;
  sentences: number;
  subjects: number;
  longSubjects: number;
};

/** Counts words of comments in the code that is not a test, names of tests, and subjects of commits. */
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

/** The names of all tests, with their files. */
export const testNamesOf = (sources: Source[]): { path: string; name: string }[] =>
  sources
    .filter(({ path }) => /^test\/.*\.(test|browser)\.ts$/.test(path))
    .flatMap(({ path, text }) => testNames(path, text).map((name) => ({ path, name })));
