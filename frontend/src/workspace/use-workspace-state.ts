import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import type { Project } from "../../../worker/contract/index.ts";
import { getProject } from "../api/projects.ts";
import { keys, moveHead, queryClient, untilItIsThere } from "../api/queries.ts";
import { refuseDraft } from "../chat/drafts.ts";
import { dataChangesIn, filesBeingWritten } from "../chat/tool-words.ts";
import type { Conversation } from "../chat/use-conversation.ts";
import type { RunActions } from "../chat/use-run-actions.ts";
import type { Place, View, Workspace } from "./workspace-context.ts";

/** The project as the server has it, unless a newer head was told of while the answer was on its way. */
async function readProject(projectId: string): Promise<Project> {
  const project = await getProject(projectId);
  moveHead(projectId, project.head);
  const known = queryClient.getQueryData<Project>(keys.project(projectId));
  return { ...project, head: Math.max(project.head, known?.head ?? 0) };
}

export const useProject = (projectId: string) =>
  useQuery({
    queryKey: keys.project(projectId),
    queryFn: () => readProject(projectId),
    refetchInterval: untilItIsThere,
  });

/** What is open and shown in a workspace, and how its parts reach one another. */
export function useWorkspaceState(projectId: string, head: number, conversation: Conversation, actions: RunActions) {
  const [view, setView] = useState<View>("chat");
  const [place, setPlace] = useState<Place | null>(null);
  const [shownRevision, setShownRevision] = useState<number | null>(null);
  const { active, busy, turns, isPending } = conversation;
  const dataChanges = useMemo(() => dataChangesIn(turns), [turns]);
  const { send } = actions;
  const workspace = useMemo(
    (): Workspace => ({
      projectId,
      head,
      writing: active === undefined ? [] : filesBeingWritten(active.items),
      running: busy,
      waiting: active?.status === "waiting",
      known: !isPending,
      dataChanges,
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
        void send({ prompt, mode, agent }).catch((error: unknown) => refuseDraft(projectId, "", error));
      },
    }),
    [projectId, head, active, busy, isPending, dataChanges, place, shownRevision, send],
  );
  return { view, workspace };
}
