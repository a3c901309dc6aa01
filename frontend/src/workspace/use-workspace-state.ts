import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import type { ProjectDetail } from "../../../worker/contract/index.ts";
import { getProject } from "../api/projects.ts";
import { keys, moveHead, pollUntilLoaded, queryClient } from "../api/queries.ts";
import { refuseDraft } from "../chat/drafts.ts";
import { dataChangesIn, filesBeingWritten, type HotFile } from "../chat/tool-labels.ts";
import type { Conversation } from "../chat/use-conversation.ts";
import type { RunActions } from "../chat/use-run-actions.ts";
import { useUrlState } from "./use-url-state.ts";
import type { Place, Workspace, WritingFile } from "./workspace-context.ts";

/** Reads the project. Keeps a newer head that was reported while the request was in flight. */
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
    refetchInterval: pollUntilLoaded,
  });

const none: readonly HotFile[] = [];

const isSame = (one: readonly WritingFile[], other: readonly WritingFile[]): boolean =>
  one.length === other.length &&
  one.every(({ path, isShown }, index) => path === other[index]?.path && isShown === other[index]?.isShown);

/** Returns the files being written, without their text. Returns the same list until a file starts or finishes. */
function useWritingFiles(growing: readonly HotFile[]): readonly WritingFile[] {
  const [known, setKnown] = useState<readonly WritingFile[]>([]);
  const now = growing.map(({ path, content }) => ({ path, isShown: content !== null }));
  if (isSame(known, now)) return known;
  setKnown(now);
  return now;
}

/** Returns the workspace's state, and the actions through which its parts interact. */
export function useWorkspaceState(
  { id: projectId, head, role }: Pick<ProjectDetail, "id" | "head" | "role">,
  conversation: Conversation,
  actions: RunActions,
) {
  const { urlState, setUrlState } = useUrlState(projectId);
  const { view, file, revision: shownRevision, at: previewedRevision } = urlState;
  // Not part of the URL, since the editor scrolls to a line only once.
  const [asked, setAsked] = useState<Place | null>(null);
  const place = useMemo(() => (file === null ? null : asked?.path === file ? asked : { path: file }), [file, asked]);
  const { active, busy, turns, isPending } = conversation;
  const dataChanges = useMemo(() => dataChangesIn(turns), [turns]);
  const items = active?.items;
  const growing = useMemo(() => (items === undefined ? none : filesBeingWritten(items)), [items]);
  const writing = useWritingFiles(growing);
  const waiting = active?.status === "waiting";
  const { send } = actions;
  const workspace = useMemo(
    (): Workspace => ({
      projectId,
      role,
      head,
      writing,
      running: busy,
      waiting,
      known: !isPending,
      dataChanges,
      place,
      openFile: (path, line, how) => {
        setAsked({ path, line });
        setUrlState({ view: "code", file: path }, how);
      },
      closeFile: (how) => setUrlState({ file: null }, how),
      shownRevision,
      openRevision: (revision) => setUrlState({ view: "history", revision }),
      previewedRevision,
      previewRevision: (at) => setUrlState({ view: "preview", at }),
      show: (next) => setUrlState({ view: next }),
      ask: (prompt, how = {}) => {
        setUrlState({ view: "chat" });
        void send({ mode: "build", ...how, prompt }).catch((error: unknown) => refuseDraft(projectId, "", error));
      },
    }),
    [
      projectId,
      role,
      head,
      writing,
      waiting,
      busy,
      isPending,
      dataChanges,
      place,
      shownRevision,
      previewedRevision,
      send,
      setUrlState,
    ],
  );
  return { view, workspace, growing };
}
