import { useCallback, useSyncExternalStore } from "react";

type Known = { list: MediaQueryList; matches: boolean };

const queries = new Map<string, Known>();

/**
 * Queries the browser once and then listens for changes. Each query would make the browser compute the page's styles,
 * and components render often.
 */
function queryOf(text: string): Known {
  const known = queries.get(text);
  if (known !== undefined) return known;
  const list = matchMedia(text);
  const asked = { list, matches: list.matches };
  list.addEventListener("change", ({ matches }) => {
    asked.matches = matches;
  });
  queries.set(text, asked);
  return asked;
}

/** Whether a media query matches. Updates when that changes. */
export function useMedia(query: string): boolean {
  const subscribe = useCallback(
    (changed: () => void) => {
      const { list } = queryOf(query);
      list.addEventListener("change", changed);
      return () => list.removeEventListener("change", changed);
    },
    [query],
  );
  return useSyncExternalStore(subscribe, () => queryOf(query).matches);
}
