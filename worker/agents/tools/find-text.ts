/** Up to this length the platform's own search is used: it takes at most so many steps a character. */
const short = 32;

/**
 * Finds a text in others. The platform's own search takes as many steps as both texts' lengths multiplied where they
 * repeat themselves (half a megabyte of one letter: seconds); this one takes as many as both lengths added (Knuth, Morris
 * and Pratt).
 * @returns a function that gives the first index from `from` on, or -1
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

/** For each beginning of a text, how long the longest shorter beginning is that it ends with. */
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
