import { useCallback, useEffect, useState } from "react";
import type { FileContent } from "../../../worker/contract/index.ts";

/** What a person typed into a file and has not saved, and the file as it was when they began. */
export type Draft = { text: string; base: FileContent };

export type Drafts = {
  all: ReadonlyMap<string, Draft>;
  set: (path: string, draft: Draft | null) => void;
};

/** Unsaved texts by path. Leaving the page with some asks first. */
export function useDrafts(): Drafts {
  const [all, setAll] = useState<ReadonlyMap<string, Draft>>(new Map());
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
