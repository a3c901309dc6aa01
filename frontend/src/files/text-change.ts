/** Returns the smallest change from `before` to `after`, so that the cursor keeps its position. */
export function changeOf(before: string, after: string): { from: number; to: number; insert: string } {
  // A text that is being written only grows by a few characters at a time.
  if (after.startsWith(before)) return { from: before.length, to: before.length, insert: after.slice(before.length) };
  let from = 0;
  while (from < before.length && before[from] === after[from]) from++;
  let end = 0;
  const room = Math.min(before.length, after.length) - from;
  while (end < room && before[before.length - 1 - end] === after[after.length - 1 - end]) end++;
  return { from, to: before.length - end, insert: after.slice(from, after.length - end) };
}
