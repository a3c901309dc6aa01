import { useCallback, useMemo } from "react";
import { useLocation } from "wouter";
// wouter's default hook already decodes the query once, which would change a path that contains a percent sign.
import { useSearch } from "wouter/use-browser-location";
import { formatUrlState, parseUrlState, type UrlState } from "./url-state.ts";
import type { Leaving } from "./workspace-context.ts";

export type SetUrlState = (change: Partial<UrlState>, how?: Leaving) => void;

/**
 * Returns the part of a project page's state that is in its URL. It survives a reload, can be linked to, and Back
 * undoes a change.
 */
export function useUrlState(projectId: string): { urlState: UrlState; setUrlState: SetUrlState } {
  const search = useSearch();
  const [, navigate] = useLocation();
  const urlState = useMemo(() => parseUrlState(search), [search]);
  const setUrlState = useCallback<SetUrlState>(
    (change, how) => {
      const here = `/projects/${projectId}`;
      // An operation that completes after the person has left this page must not navigate back to it.
      if (location.pathname !== here) return;
      // Parses the URL again, since two changes may follow each other before React renders.
      const now = parseUrlState(location.search);
      const next = formatUrlState({ ...now, ...change });
      if (next !== formatUrlState(now)) navigate(here + next, { replace: how?.instead === true });
    },
    [projectId, navigate],
  );
  return { urlState, setUrlState };
}
