/** The maximum length for the platform's search, whose cost per character is bounded by the length. */
const short = 32;

/**
 * Returns a function that searches for a text in linear time (Knuth, Morris and Pratt). The platform's search is
 * quadratic for repetitive texts: seconds for half a megabyte of one letter.
 * @returns a function that returns the first index from `from` on, or -1
 */
export function finderOf(sought: string): (text: string, from?: number) => number {
  if (sought.length <= short) return (text, from = 0) => text.indexOf(sought, from);
  const borders = bordersOf(sought);
  return (text, from = 0) => {
    let matched = 0;
    for (let at = from; at < text.length; at++) {
      const unit = text.charCodeAt(at);
      while (matched > 0 && unit !== sought.charCodeAt(matched)) matched = borders[matched - 1] ?? 0;
      if (unit === sought.charCodeAt(matched)) matched++;
      if (matched === sought.length) return at - matched + 1;
    }
    return -1;
  };
}

/** Computes, for each prefix of a text, the length of the longest shorter prefix that is also its suffix. */
function bordersOf(text: string): Uint32Array {
  const borders = new Uint32Array(text.length);
  let length = 0;
  for (let at = 1; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    while (length > 0 && unit !== text.charCodeAt(length)) length = borders[length - 1] ?? 0;
    if (unit === text.charCodeAt(length)) length++;
    borders[at] = length;
  }
  return borders;
}
