/**
 * Resolves a path by a manifest's `exports` or `imports` as Node does: continues with the next condition when none
 * applies in an object, and prefers the pattern with the longest part before its `*`
 * (findings/resolve-exports-order.sh).
 * @param map the value of `exports` or `imports`
 * @param subpath `.`, `./path` or `#name`
 * @param conditions the conditions that apply, including `default`
 * @returns the targets in order, several when the manifest has an array; none for a path that the package does not
 * export
 */
export function packageTargets(map: unknown, subpath: string, conditions: readonly string[]): string[] {
  const entries = entriesOf(map);
  const key = entries.has(subpath) && !isPattern(subpath) ? subpath : patternOf([...entries.keys()], subpath);
  if (key === null) return [];
  const targets = applicable(entries.get(key), new Set(conditions)) ?? [];
  if (!isPattern(key)) return targets;
  const [before, after] = aroundWildcard(key);
  const matched = subpath.slice(before.length, subpath.length - after.length);
  return targets.map((target) => (key.endsWith("/") ? target + matched : target.replaceAll("*", () => matched)));
}

/** A map without paths applies to the package itself. */
function entriesOf(map: unknown): Map<string, unknown> {
  const isByPath = isObject(map) && Object.keys(map).some((key) => /^[.#]/.test(key));
  return isByPath ? new Map(Object.entries(map)) : new Map([[".", map]]);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Packages from before 2021 export a folder with a trailing `/`, where newer packages write `/*`. */
const isPattern = (key: string): boolean => key.includes("*") || key.endsWith("/");

function aroundWildcard(key: string): [before: string, after: string] {
  const at = key.indexOf("*");
  return at === -1 ? [key, ""] : [key.slice(0, at), key.slice(at + 1)];
}

function patternOf(keys: readonly string[], subpath: string): string | null {
  return keys.filter((key) => isPattern(key) && matches(key, subpath)).sort(byPrecedence)[0] ?? null;
}

function matches(key: string, subpath: string): boolean {
  const [before, after] = aroundWildcard(key);
  if (!subpath.startsWith(before) || subpath === before) return false;
  return after === "" || (subpath.endsWith(after) && subpath.length >= key.length);
}

function byPrecedence(one: string, other: string): number {
  const [before] = aroundWildcard(one);
  const [otherBefore] = aroundWildcard(other);
  return otherBefore.length - before.length || other.length - one.length;
}

/** Returns the targets that apply; null when the manifest excludes the path, undefined when no condition applies. */
function applicable(target: unknown, conditions: ReadonlySet<string>): string[] | null | undefined {
  if (typeof target === "string") return [target];
  if (Array.isArray(target)) return target.flatMap((one: unknown) => applicable(one, conditions) ?? []);
  if (!isObject(target)) return null;
  for (const [condition, nested] of Object.entries(target)) {
    const found = conditions.has(condition) ? applicable(nested, conditions) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}
