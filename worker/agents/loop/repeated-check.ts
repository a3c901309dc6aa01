import type { StoredStep } from "../ports.ts";
import { failingCheck } from "../tools/check.ts";

export const maxRepeats = 3;

/**
 * Counts how often the last check failed with the same errors since a check last passed. Ignores lines and columns,
 * because they shift with every attempted repair.
 */
export function repeatedFailures(steps: StoredStep[]): number {
  const seen = new Map<string, number>();
  let last = 0;
  for (const { results } of steps) {
    for (const [, result] of [...results].sort(([one], [other]) => one - other)) {
      if (result.name !== "check" || result.isError) continue;
      const failure = failingCheck(result.content);
      if (failure === null) {
        seen.clear();
        last = 0;
        continue;
      }
      last = (seen.get(failure) ?? 0) + 1;
      seen.set(failure, last);
    }
  }
  return last;
}
