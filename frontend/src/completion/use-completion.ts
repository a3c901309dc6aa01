import { useEffect, useMemo, useRef } from "react";
import { useWorkspace } from "../workspace/workspace-context.ts";
import type { Asking } from "./editor-completion.ts";
import { isCompleted } from "./is-completed.ts";
import { completionOf, holdService } from "./project-completion.ts";

/** Returns the completion of a file's editor; null for a language without types. */
export function useCompletion(path: string): (Asking & { begin: () => void }) | null {
  const { projectId, head } = useWorkspace();
  const isWanted = isCompleted(path);
  const newest = useRef(head);
  /** Opening a file does not load the compiler; the first focus or pointer move in the editor does. */
  const hasBegun = useRef(false);
  useEffect(() => {
    newest.current = head;
    if (hasBegun.current && isWanted) completionOf(projectId, head);
  }, [projectId, head, isWanted]);
  useEffect(() => (isWanted ? holdService() : undefined), [isWanted]);
  return useMemo(() => {
    if (!isWanted) return null;
    const client = () => (hasBegun.current ? completionOf(projectId, newest.current) : null);
    const begin = () => {
      hasBegun.current = true;
      client();
    };
    return { path, client, begin };
  }, [projectId, path, isWanted]);
}
