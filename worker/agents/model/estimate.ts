const charactersToToken = 3;

/** Scripts whose characters tokenizers give a token each, or nearly: CJK, kana, Hangul and what lies beyond the BMP. */
const dense = /[\u1100-\u11ff\u2e80-\ua4cf\uac00-\ud7ff\uf900-\ufaff\uff00-\uffef\ud800-\udfff]/g;

/**
 * About how many tokens a text has, on the high side: three characters to a token (English and code have nearer four),
 * and one for each character of the scripts that are cut finer.
 */
export function tokensIn(text: string): number {
  // Most texts have none of them, and to look is cheaper than to count.
  const fine = dense.test(text) ? text.length - text.replace(dense, "").length : 0;
  dense.lastIndex = 0;
  return Math.ceil((text.length - fine) / charactersToToken + fine);
}
