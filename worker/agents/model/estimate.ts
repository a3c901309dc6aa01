const charactersToToken = 3;

/**
 * Scripts that tokenizers encode with about one token per character: CJK, kana, Hangul and code points beyond the BMP.
 */
const dense = /[\u1100-\u11ff\u2e80-\ua4cf\uac00-\ud7ff\uf900-\ufaff\uff00-\uffef\ud800-\udfff]/g;

/**
 * Estimates the tokens of a text, on the high side: three characters per token (English and code have nearly four), and
 * one per character of dense scripts.
 */
export function tokensIn(text: string): number {
  // Most texts have no dense characters, and testing is cheaper than counting.
  const fine = dense.test(text) ? text.length - text.replace(dense, "").length : 0;
  dense.lastIndex = 0;
  return Math.ceil((text.length - fine) / charactersToToken + fine);
}
