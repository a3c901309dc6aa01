import { useCallback, useMemo } from "react";
import { useLocation } from "wouter";
// wouter's default hook decodes the query once already, which would change a path with a percent sign.
import { useSearch } from "wouter/use-browser-location";
import { formatUrlState, parseUrlState, type UrlState } from "./url-state.ts";
import type { Leaving } from "./workspace-context.ts";

export type SetUrlState = (change: Partial<UrlState>, how?: Leaving) => void;

/**
 * Returns the state of a project page that lives in the URL: it survives a reload, can be linked to, and Back undoes a
 * change.
 */
export function useUrlState(projectId: string): { urlState: UrlState; setUrlState: SetUrlState } {
  const search = useSearch();
  const [, navigate] = useLocation();
  const urlState = useMemo(() => parseUrlState(search), [search]);
  const setUrlState = useCallback<SetUrlState>(
    (change, how) => {
      const here = `/projects/${projectId}`;
      // An operation that ends after the person has left this page does not navigate back to it.
      if (location.pathname !== here) return;
      // Read again: two changes may follow each other before React renders.
      const now = parseUrlState(location.search);
      const next = formatUrlState({ ...now, ...change });
      if (next !== formatUrlState(now)) navigate(here + next, { replace: how?.instead === true });
    },
    [projectId, navigate],
  );
  return { urlState, setUrlState };
}
