import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useRef, useState } from "react";
import { getProject } from "../api/projects.ts";
import { keys, refreshTree } from "../api/queries.ts";
import { filesBeingWritten } from "../chat/tool-words.ts";
import type { Conversation } from "../chat/use-conversation.ts";
import type { RunActions } from "../chat/use-run-actions.ts";
import type { Place, View, Workspace } from "./workspace-context.ts";

/** The project, asked again now and then: a token or another tab may change it, and then the tree is read again. */
export function useProject(projectId: string) {
  const query = useQuery({
    queryKey: keys.project(projectId),
    queryFn: () => getProject(projectId),
    refetchInterval: 10_000,
  });
  const head = query.data?.head;
  const last = useRef<number | undefined>(undefined);
  useEffect(() => {
    if (last.current !== undefined && head !== last.current) refreshTree(projectId);
    last.current = head;
  }, [head, projectId]);
  return query;
}

/** What is open and shown in a workspace, and how its parts reach one another. */
export function useWorkspaceState(projectId: string, head: number, conversation: Conversation, actions: RunActions) {
  const [view, setView] = useState<View>("chat");
  const [place, setPlace] = useState<Place | null>(null);
  const [shownRevision, setShownRevision] = useState<number | null>(null);
  const { active, busy } = conversation;
  const { send } = actions;
  const workspace = useMemo(
    (): Workspace => ({
      projectId,
      head,
      writing: active === undefined ? [] : filesBeingWritten(active.items),
      running: busy,
      place,
      openFile: (path, line) => {
        setPlace({ path, line });
        setView("code");
      },
      closeFile: () => setPlace(null),
      shownRevision,
      openRevision: (number) => {
        setShownRevision(number);
        setView("history");
      },
      show: setView,
      ask: (prompt, { agent, mode = "build" } = {}) => {
        setView("chat");
        // A refusal shows as a toast, as every failed change does.
        void send({ prompt, mode, agent }).catch(() => undefined);
      },
    }),
    [projectId, head, active, busy, place, shownRevision, send],
  );
  return { view, workspace };
}
