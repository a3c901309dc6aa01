import { useCallback, useEffect, useState } from "react";
import type { FileContent } from "../../../worker/contract/index.ts";

/** Unsaved edits of a file, and the file's content when they began. */
export type Draft = { text: string; base: FileContent };

export type Drafts = {
  all: ReadonlyMap<string, Draft>;
  set: (path: string, draft: Draft | null) => void;
};

/** Kept outside the page, so that visiting another project loses no edits. */
const kept = new Map<string, ReadonlyMap<string, Draft>>();

/** Returns a project's unsaved edits by path. The browser asks before leaving the site with unsaved edits. */
export function useDrafts(projectId: string): Drafts {
  const [all, setAll] = useState<ReadonlyMap<string, Draft>>(() => kept.get(projectId) ?? new Map());
  useEffect(() => {
    kept.set(projectId, all);
  }, [projectId, all]);
  const set = useCallback((path: string, draft: Draft | null) => {
    setAll((known) => {
      const next = new Map(known);
      if (draft === null) next.delete(path);
      else next.set(path, draft);
      return next;
    });
  }, []);
  const hasSome = all.size > 0;
  useEffect(() => {
    if (!hasSome) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener("beforeunload", ask);
    return () => removeEventListener("beforeunload", ask);
  }, [hasSome]);
  return { all, set };
}
