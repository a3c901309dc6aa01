const charactersToToken = 3;

/**
 * Scripts that tokenizers encode with about one token per character: CJK, kana, Hangul and code points beyond the BMP.
 */
const dense = /[\u1100-\u11ff\u2e80-\ua4cf\uac00-\ud7ff\uf900-\ufaff\uff00-\uffef\ud800-\udfff]/g;

/** The size of a text in characters, and how many of them are dense. */
export type TextSize = { characters: number; dense: number };

/** Measures a text for `tokensInAll`. */
export function sizeOf(text: string): TextSize {
  // Most texts have no dense characters, and testing is cheaper than counting.
  const isDense = dense.test(text);
  dense.lastIndex = 0;
  return { characters: text.length, dense: isDense ? text.length - text.replace(dense, "").length : 0 };
}

/** Estimates the tokens of several consecutive texts, as `tokensIn` does for one text. */
export function tokensInAll(sizes: TextSize[]): number {
  const characters = sizes.reduce((sum, size) => sum + size.characters, 0);
  const fine = sizes.reduce((sum, size) => sum + size.dense, 0);
  return Math.ceil((characters - fine) / charactersToToken + fine);
}

/**
 * Estimates the tokens of a text, on the high side: three characters per token (English and code have nearly four), and
 * one per character of dense scripts.
 */
export const tokensIn = (text: string): number => tokensInAll([sizeOf(text)]);
