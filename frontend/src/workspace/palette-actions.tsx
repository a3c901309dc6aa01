import { useMemo } from "react";
import { useLocation } from "wouter";
import { isEnded, type RunView } from "../chat/run-view.ts";
import { versionsOf } from "../chat/turn-actions.tsx";
import { UndoDialog } from "../history/undo-button.tsx";
import { useUndoneRuns } from "../history/use-undone.ts";
import { Publish } from "../preview/publish-button.tsx";
import { DeleteDialog, RenameDialog } from "../projects/lazy-dialogs.tsx";
import { ShareDialog } from "../sharing/lazy-share-dialog.tsx";
import type { Command } from "./find-commands.ts";
import { ShortcutsDialog } from "./shortcuts.tsx";
import { useProject } from "./use-workspace-state.ts";
import { useWorkspace } from "./workspace-context.ts";
import { tabs } from "./workspace-tabs.tsx";

/** The dialog to open after the palette closes. */
export type Asked =
  | { kind: "publish" | "share" | "rename" | "delete" | "shortcuts" }
  | { kind: "undo"; runId: string; until: number };

/** Returns the newest prompt whose changes can be undone; null if there is none. */
function undoable(turns: readonly RunView[], undone: ReadonlySet<string>): (Asked & { prompt: string }) | null {
  for (const view of turns.toReversed()) {
    const until = isEnded(view.status) ? versionsOf(view)[0]?.last : undefined;
    if (until !== undefined && !undone.has(view.runId))
      return { kind: "undo", runId: view.runId, until, prompt: view.prompt.slice(0, 100) };
  }
  return null;
}

type Asking = {
  turns: readonly RunView[];
  /** Whether the project is deleted, or the person is no longer a member, so that nothing can be changed. */
  isGone: boolean;
  ask: (asked: Asked) => void;
};

/** Returns the actions available to the person, by role and by the project's state. */
export function useActions({ turns, isGone, ask }: Asking): Command[] {
  const { show, projectId, role, head } = useWorkspace();
  const [, navigate] = useLocation();
  const undone = useUndoneRuns(projectId);
  return useMemo(() => {
    const action = (title: string, run: () => void, detail = ""): Command => ({
      id: title,
      kind: "action",
      title,
      detail,
      run,
    });
    const isOwner = role === "owner";
    // Until the undone runs are loaded, this would offer to undo a prompt a second time.
    const last = role === "viewer" || undone === null ? null : undoable(turns, undone);
    const ofOwner = [
      action("Open app settings", () => navigate(`/projects/${projectId}/settings`)),
      action("Open publishing", () => navigate(`/projects/${projectId}/publishing`)),
      action("Delete the project", () => ask({ kind: "delete" })),
    ];
    const ofProject = [
      ...(isOwner && head > 0 ? [action("Publish", () => ask({ kind: "publish" }))] : []),
      action(isOwner ? "Share" : "Show members", () => ask({ kind: "share" })),
      ...(last === null ? [] : [action("Undo the last prompt", () => ask(last), last.prompt)]),
      ...(role === "viewer" ? [] : [action("Rename the project", () => ask({ kind: "rename" }))]),
      ...(role === "viewer" ? [] : [action("Open agents and rules", () => navigate(`/projects/${projectId}/agents`))]),
      ...(isOwner ? ofOwner : []),
    ];
    return [
      ...tabs
        .filter(({ view }) => view !== "data" || role !== "viewer")
        .map(({ view, title }) => action(`Show ${title.toLowerCase()}`, () => show(view))),
      ...(isGone ? [] : ofProject),
      action("Show keyboard shortcuts", () => ask({ kind: "shortcuts" })),
      action("Go to your projects", () => navigate("/")),
      action("Open settings", () => navigate("/settings")),
    ];
  }, [show, navigate, ask, projectId, role, head, turns, undone, isGone]);
}

/** The dialog of an action that was started in the palette. */
export function AskedDialog({ asked, onClose }: { asked: Asked; onClose: () => void }) {
  const { projectId } = useWorkspace();
  const { data: project } = useProject(projectId);
  const [, navigate] = useLocation();
  if (asked.kind === "publish") return <Publish onClose={onClose} />;
  if (asked.kind === "undo") return <UndoDialog runId={asked.runId} until={asked.until} onClose={onClose} />;
  if (asked.kind === "shortcuts") return <ShortcutsDialog onClose={onClose} />;
  if (project === undefined) return null;
  if (asked.kind === "rename") return <RenameDialog project={project} onDone={onClose} onClose={onClose} />;
  if (asked.kind === "delete") return <DeleteDialog project={project} onDone={() => navigate("/")} onClose={onClose} />;
  return <ShareDialog project={project} onClose={onClose} />;
}
