/**
 * Returns a sentence that the project has no version with this number, as when an outdated link names it; null if the
 * version exists.
 * @param head the newest version, 0 for a project without versions
 */
export function noSuchVersion(number: number, head: number): string | null {
  if (number >= 1 && number <= head) return null;
  const newest = head === 0 ? "This project has no versions yet." : `The newest one is version ${head}.`;
  return `There is no version ${number}. ${newest}`;
}
