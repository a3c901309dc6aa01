import { shapeOf } from "./prompt-signals.ts";

/** One feature of a prompt: the hash of its name, its weight, and the word it came from (null for a signal). */
export type Feature = { hash: number; weight: number; word: string | null };

const cjk = /[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]/u;
const maxWords = 120;
const maxWordLength = 24;
/**
 * The weights of the kinds of features relative to a whole word, tuned on held-out prompts. Pairs are more informative
 * than words; character n-grams only help with unknown words.
 */
const weights = { parts: 0.5, pair: 1, apart: 0.75, first: 1, firstPair: 0.75, letter: 0.5 };
const partLengths = [3, 4, 5];

/** Normalizes a text: lower case, without accents and apostrophes, as people type in a hurry. */
function plain(text: string): string {
  const lower = text.replace(/[’'`´]/g, "").toLowerCase();
  if (/^[\0-\x7f]*$/.test(lower)) return lower;
  return lower
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .replaceAll("ł", "l")
    .normalize("NFKC");
}

/** Splits a text into words. A run of Chinese or Japanese stays whole, to be split into pairs later. */
export const wordsOf = (text: string): string[] =>
  plain(text)
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "");

/** Extracts the features of a prompt. */
export function featuresOf(prompt: string): Feature[] {
  const { said, signs } = shapeOf(prompt);
  const words = kept(wordsOf(said));
  const features: Feature[] = signs.map((name) => ({ hash: hashOf(name), weight: 1, word: null }));
  for (const [at, word] of words.entries()) {
    for (const feature of featuresOfWord(word)) features.push(feature);
    if (at > 0) features.push({ hash: hashOf(`${words[at - 1]} ${word}`), weight: weights.pair, word });
    if (at > 1) features.push({ hash: hashOf(`${words[at - 2]} * ${word}`), weight: weights.apart, word });
  }
  // The intent usually comes first: "Fix …", "Explain …", "How do …".
  const [first, second = ""] = words;
  if (first === undefined) return features;
  features.push({ hash: hashOf(`^${first}`), weight: weights.first, word: first });
  features.push({ hash: hashOf(`^${first} ${second}`), weight: weights.firstPair, word: first });
  return features;
}

/**
 * Keeps the first and last words of a long prompt, such as a pasted log: the intent is near its beginning or its end.
 */
const kept = (words: string[]): string[] =>
  words.length <= maxWords ? words : [...words.slice(0, maxWords / 2), ...words.slice(-maxWords / 2)];

const featuresOfWord = (word: string): Feature[] => (cjk.test(word) ? partsOfRun(word) : partsOfWord(word));

function partsOfWord(word: string): Feature[] {
  const features: Feature[] = [{ hash: hashOf(word), weight: 1, word }];
  if (word.length < 4) return features;
  const framed = `_${word.slice(0, maxWordLength)}_`;
  const parts = partLengths.reduce((sum, length) => sum + Math.max(0, framed.length - length + 1), 0);
  // The n-grams of a word have the same total weight, however long the word is.
  const weight = weights.parts / Math.sqrt(parts);
  for (const length of partLengths) {
    for (let at = 0; at + length <= framed.length; at += 1) {
      features.push({ hash: hashOf(framed, at, at + length, partSeed), weight, word });
    }
  }
  return features;
}

/** Splits text without spaces, Chinese or Japanese: characters and pairs of them stand for words. */
function partsOfRun(run: string): Feature[] {
  const letters = [...run.slice(0, 60)];
  return letters.flatMap((letter, at) => {
    const pair = `${letters[at - 1] ?? ""}${letter}`;
    const single: Feature = { hash: hashOf(letter), weight: weights.letter, word: letter };
    return at === 0 ? [single] : [single, { hash: hashOf(pair), weight: 1, word: pair }];
  });
}

const wordSeed = 0x811c9dc5;
/** A seed of its own, so that an n-gram does not collide with a short word. */
const partSeed = 0x1b873593;

/** FNV-1a over UTF-16 units with a final mix, in 30 bits, which engines keep as small integers. */
function hashOf(text: string, from = 0, to = text.length, seed = wordSeed): number {
  let hash = seed;
  for (let at = from; at < to; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) & 0x3fffffff;
}
