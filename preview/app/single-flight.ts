/** Shares one execution among concurrent callers: returns the promise in flight for a key, or starts the work. */
export function singleFlight<T>(going: Map<number, Promise<T>>, key: number, begin: () => Promise<T>): Promise<T> {
  const known = going.get(key);
  if (known !== undefined) return known;
  const begun = begin().finally(() => going.delete(key));
  going.set(key, begun);
  return begun;
}
