import { type ReactNode, useDeferredValue, useMemo, useState } from "react";
import { Link } from "wouter";
import type { ProjectDetail, ProjectRole } from "../../../worker/contract/index.ts";
import { isApiError } from "../api/client.ts";
import { ChatPanel } from "../chat/chat-panel.tsx";
import { useConversation } from "../chat/use-conversation.ts";
import { useRunActions } from "../chat/use-run-actions.ts";
import { LazyDataPanel } from "../data/lazy-data-panel.tsx";
import { CodePanel } from "../files/code-panel.tsx";
import { HistoryPanel } from "../history/history-panel.tsx";
import { PreviewPanel } from "../preview/preview-panel.tsx";
import { wasDeletedHere } from "../projects/deleted-here.ts";
import { roleNames, viewerReason } from "../sharing/role-names.ts";
import { ErrorBoundary } from "../ui/error-boundary.tsx";
import { Empty, Failure, Skeleton } from "../ui/feedback.tsx";
import { Header } from "../ui/header.tsx";
import { PageHeading } from "../ui/page-heading.tsx";
import { useMedia } from "../ui/use-media.ts";
import { DeletedBanner } from "./deleted-banner.tsx";
import { FindAnything } from "./find-anything.tsx";
import { PaneResizer, usePaneWidth } from "./pane-resizer.tsx";
import { Presence } from "./presence.tsx";
import { ProjectMenu } from "./project-menu.tsx";
import { useLive } from "./use-live.ts";
import { useRunNotice } from "./use-run-notice.ts";
import { useProject, useWorkspaceState } from "./use-workspace-state.ts";
import { GrowingProvider, type View, WorkspaceProvider } from "./workspace-context.ts";
import { WorkspaceTabs } from "./workspace-tabs.tsx";

/** The width from which the chat is shown beside the other panels; corresponds to `lg` in the class names. */
const wide = "(min-width: 64rem)";

const chatLimits = { storedKey: "edgesmith-chat-width", min: 320, max: 900, usual: 448, kept: 400 };
/** Applies the same limit in a window that has shrunk since. */
const chatMaxWidth = `calc(100vw - ${chatLimits.kept}px)`;

type PanelProps = {
  name: View;
  shown: View;
  isWide: boolean;
  /** The width in pixels; without it the panel takes the remaining space. */
  width?: number;
  children: ReactNode;
};

/**
 * A panel. The chat and the preview stay mounted while another panel is shown, since the person may be typing a prompt
 * and the app keeps running. The others do not: a hidden tree of thousands of files would still render at each change,
 * and edits are stored outside of the panels.
 */
function Panel({ name, shown, isWide, width, children }: PanelProps) {
  // Beside the other panels, the chat is not a tab panel.
  const tab =
    isWide && name === "chat" ? {} : { role: "tabpanel", id: `panel-${name}`, "aria-labelledby": `tab-${name}` };
  const isShown = name === shown || (isWide && name === "chat");
  // The panel appears immediately and its content in a deferred render: rendering a large tree at once would block the
  // page.
  const isFilled = useDeferredValue(isShown) || name === "chat" || name === "preview";
  const place = name === "chat" ? "border-line lg:flex-none lg:shrink-0 lg:border-r" : "bg-surface";
  return (
    <div
      {...tab}
      style={width === undefined ? {} : { width, maxWidth: chatMaxWidth }}
      className={`min-h-0 min-w-0 flex-1 ${isShown ? "" : "hidden"} ${place}`}
    >
      {isFilled && <ErrorBoundary>{children}</ErrorBoundary>}
    </div>
  );
}

/** Returns the reason why the person can neither send a prompt nor stop a run; null if both are possible. */
function lockOf(role: ProjectRole, isDeleted: boolean, isBusy: boolean): string | null {
  if (isDeleted) return "This project is gone.";
  if (role !== "viewer") return null;
  return isBusy ? `${viewerReason} Only its owner and its editors can stop the run.` : viewerReason;
}

type OpenProps = { project: ProjectDetail; isGone: boolean };

function OpenWorkspace({ project, isGone }: OpenProps) {
  const { id: projectId, name, head, role } = project;
  const conversation = useConversation(projectId);
  const actions = useRunActions(projectId);
  const { view, workspace, growing } = useWorkspaceState(project, conversation, actions);
  const live = useLive(projectId, conversation.followed, view === "code" ? (workspace.place?.path ?? null) : null);
  const isDeleted = isGone || live.status === "deleted";
  // A project that is gone cannot be changed, but its text can still be copied.
  const shared = useMemo(
    () => (isDeleted ? { ...workspace, role: "viewer" as const } : workspace),
    [workspace, isDeleted],
  );
  const isWide = useMedia(wide);
  const chat = usePaneWidth(chatLimits);
  useRunNotice(name, conversation.turns.at(-1));
  // The preview is shown beside the chat until the person selects another tab.
  const panel = { shown: isWide && view === "chat" ? "preview" : view, isWide } as const;
  // Only editors may see the app's data.
  const hidden = role === "viewer" ? "data" : null;
  // Selecting the visible panel must not add a history entry.
  const show = (next: View) => next !== panel.shown && workspace.show(next);
  const isWriting = workspace.writing.length > 0;
  return (
    <WorkspaceProvider value={shared}>
      <div className="flex h-full flex-col">
        <Header
          middle={
            <WorkspaceTabs view={panel.shown} hidden={hidden} isWide={isWide} writing={isWriting} onShow={show} />
          }
          aside={
            <>
              {!isDeleted && <Presence live={live} />}
              <FindAnything turns={conversation.turns} isGone={isDeleted} />
            </>
          }
        >
          <PageHeading title={name} className="truncate text-sm" />
          {!isDeleted && <ProjectMenu project={project} />}
          {role !== "owner" && <span className="shrink-0 text-xs text-soft max-sm:hidden">{roleNames[role]}</span>}
          {head > 0 && <span className="shrink-0 text-xs text-faint max-sm:hidden">Version {head}</span>}
        </Header>
        {isDeleted && <DeletedBanner />}
        <main className="flex min-h-0 flex-1">
          <Panel name="chat" {...panel} {...(isWide ? { width: chat.width } : {})}>
            <ChatPanel
              projectId={projectId}
              conversation={conversation}
              actions={actions}
              locked={lockOf(role, isDeleted, conversation.busy)}
            />
          </Panel>
          {isWide && <PaneResizer label="Width of the chat" {...chat} />}
          <Panel name="preview" {...panel}>
            <PreviewPanel />
          </Panel>
          <Panel name="code" {...panel}>
            <GrowingProvider value={growing}>
              <CodePanel />
            </GrowingProvider>
          </Panel>
          <Panel name="data" {...panel}>
            {hidden === null && <LazyDataPanel isShown={panel.shown === "data"} />}
          </Panel>
          <Panel name="history" {...panel}>
            <HistoryPanel />
          </Panel>
        </main>
      </div>
    </WorkspaceProvider>
  );
}

/** The page for a project that does not exist. Offers no retry. */
function NoProject({ isDeleted = false }: { isDeleted?: boolean }) {
  return (
    <>
      <Header>
        <PageHeading title={isDeleted ? "Project deleted" : "Project not found"} />
      </Header>
      <main>
        <Empty
          title={isDeleted ? "You deleted this project." : "It may have been deleted, or you may not have access."}
        >
          <Link href="/" className="underline underline-offset-3">
            Go to your projects
          </Link>
        </Empty>
      </main>
    </>
  );
}

function ExistingProject({ projectId }: { projectId: string }) {
  const project = useProject(projectId);
  const isGone = isApiError(project.error, "not_found");
  if (project.data !== undefined) {
    return <OpenWorkspace project={project.data} isGone={isGone} />;
  }
  if (isGone) return <NoProject />;
  return (
    <div className="flex h-full flex-col">
      <title>Project · Edgesmith</title>
      <Header />
      {project.isError ? (
        <Failure error={project.error} retry={() => void project.refetch()} />
      ) : (
        <Skeleton lines={5} />
      )}
    </div>
  );
}

export default function WorkspacePage({ projectId }: { projectId: string }) {
  // Computed once, so that the page stays unchanged while the dialog that deleted the project closes.
  const [isDeleted] = useState(() => wasDeletedHere(projectId));
  return isDeleted ? <NoProject isDeleted /> : <ExistingProject projectId={projectId} />;
}
