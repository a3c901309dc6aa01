/** A configuration's object; any other value counts as an empty one. */
export const recordOf = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};

/** The objects in a configuration's list at these keys; none where there is no list. */
export function listIn(config: Record<string, unknown>, path: string[]): Record<string, unknown>[] {
  const list = path.reduce<unknown>((value, part) => recordOf(value)[part], config);
  return (Array.isArray(list) ? list : []).map(recordOf);
}
