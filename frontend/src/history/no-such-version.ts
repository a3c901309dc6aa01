/**
 * Returns the sentence that says that a project has no such version, as where a link names one; null where it has.
 * @param head the newest version, 0 for a project without any
 */
export function noSuchVersion(number: number, head: number): string | null {
  if (number >= 1 && number <= head) return null;
  const newest = head === 0 ? "This project has no versions yet." : `The newest one is version ${head}.`;
  return `There is no version ${number}. ${newest}`;
}
