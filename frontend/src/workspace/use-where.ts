import { useCallback, useMemo } from "react";
import { useLocation } from "wouter";
// The router's own gives the query decoded once already, by which a path with a percent sign would be another's.
import { useSearch } from "wouter/use-browser-location";
import { searchOf, type Where, whereOf } from "./where.ts";
import type { Leaving } from "./workspace-context.ts";

export type Go = (change: Partial<Where>, how?: Leaving) => void;

/** Where in the project the page is. It stands in the address: it outlasts a reload, can be linked, and Back leads back. */
export function useWhere(projectId: string): { where: Where; go: Go } {
  const search = useSearch();
  const [, navigate] = useLocation();
  const where = useMemo(() => whereOf(search), [search]);
  const go = useCallback<Go>(
    (change, how) => {
      const here = `/projects/${projectId}`;
      // What was begun here may end when the person is on another page, and does not fetch them back.
      if (location.pathname !== here) return;
      // Read anew: two moves may follow each other before the page is drawn.
      const now = whereOf(location.search);
      const next = searchOf({ ...now, ...change });
      if (next !== searchOf(now)) navigate(here + next, { replace: how?.instead === true });
    },
    [projectId, navigate],
  );
  return { where, go };
}
