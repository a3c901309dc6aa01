import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import type { ProjectDetail } from "../../../worker/contract/index.ts";
import { getProject } from "../api/projects.ts";
import { keys, moveHead, queryClient, untilItIsThere } from "../api/queries.ts";
import { refuseDraft } from "../chat/drafts.ts";
import { dataChangesIn, filesBeingWritten } from "../chat/tool-words.ts";
import type { Conversation } from "../chat/use-conversation.ts";
import type { RunActions } from "../chat/use-run-actions.ts";
import { useWhere } from "./use-where.ts";
import type { Place, Workspace } from "./workspace-context.ts";

/** The project as the server has it, unless a newer head was told of while the answer was on its way. */
async function readProject(projectId: string): Promise<ProjectDetail> {
  const project = await getProject(projectId);
  moveHead(projectId, project.head);
  const known = queryClient.getQueryData<ProjectDetail>(keys.project(projectId));
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
  const { where, go } = useWhere(projectId);
  const { view, file, revision: shownRevision } = where;
  // A line is gone to once, so it is no part of the address.
  const [asked, setAsked] = useState<Place | null>(null);
  const place = useMemo(() => (file === null ? null : asked?.path === file ? asked : { path: file }), [file, asked]);
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
      openFile: (path, line, how) => {
        setAsked({ path, line });
        go({ view: "code", file: path }, how);
      },
      closeFile: (how) => go({ file: null }, how),
      shownRevision,
      openRevision: (revision) => go({ view: "history", revision }),
      show: (next) => go({ view: next }),
      ask: (prompt, { agent, mode = "build" } = {}) => {
        go({ view: "chat" });
        void send({ prompt, mode, agent }).catch((error: unknown) => refuseDraft(projectId, "", error));
      },
    }),
    [projectId, head, active, busy, isPending, dataChanges, place, shownRevision, send, go],
  );
  return { view, workspace };
}
