import type { ReactNode } from "react";
import { isApiError } from "../api/client.ts";
import { ChatPanel } from "../chat/chat-panel.tsx";
import { useConversation } from "../chat/use-conversation.ts";
import { useRunActions } from "../chat/use-run-actions.ts";
import { CodePanel } from "../files/code-panel.tsx";
import { useDrafts } from "../files/use-drafts.ts";
import { HistoryPanel } from "../history/history-panel.tsx";
import { PreviewPanel } from "../preview/preview-panel.tsx";
import { ErrorBoundary } from "../ui/error-boundary.tsx";
import { Header } from "../ui/header.tsx";
import { Failure, Skeleton } from "../ui/states.tsx";
import { GoneBar } from "./gone-bar.tsx";
import { Presence } from "./presence.tsx";
import { useLive } from "./use-live.ts";
import { useProject, useWorkspaceState } from "./use-workspace-state.ts";
import { type View, WorkspaceProvider } from "./workspace-context.ts";
import { WorkspaceTabs } from "./workspace-tabs.tsx";

type PanelProps = { name: View; view: View; children: ReactNode };

/** A panel stays mounted when another is shown: the app in the preview goes on, and so does the editor. */
function Panel({ name, view, children }: PanelProps) {
  const chosen = name === view;
  // With room for both, the chat stands at the left, and the preview beside it until another tab is taken.
  const wide = name === "chat" || chosen || (name === "preview" && view === "chat");
  const shown = `${chosen ? "" : "max-lg:hidden"} ${wide ? "" : "lg:hidden"}`;
  return (
    <div
      role="tabpanel"
      id={`panel-${name}`}
      aria-labelledby={`tab-${name}`}
      className={`min-h-0 min-w-0 ${shown} ${name === "chat" ? "border-line lg:w-[26rem] lg:shrink-0 lg:border-r xl:w-[29rem]" : "bg-surface"} flex-1 ${name === "chat" ? "lg:flex-none" : ""}`}
    >
      <ErrorBoundary>{children}</ErrorBoundary>
    </div>
  );
}

type OpenProps = { projectId: string; name: string; head: number; isGone: boolean };

function OpenWorkspace({ projectId, name, head, isGone }: OpenProps) {
  const conversation = useConversation(projectId);
  const live = useLive(projectId, conversation.followed);
  const actions = useRunActions(projectId);
  const drafts = useDrafts(projectId);
  const isDeleted = isGone || live.status === "deleted";
  const { view, workspace } = useWorkspaceState(projectId, head, conversation, actions);
  return (
    <WorkspaceProvider value={workspace}>
      <title>{`${name} · Edgesmith`}</title>
      <div className="flex h-full flex-col">
        <Header>
          <h1 className="min-w-0 truncate text-sm font-semibold tracking-tight">{name}</h1>
          {head > 0 && <span className="stamp text-faint max-sm:hidden">r{head}</span>}
          <span className="flex-1" />
          <WorkspaceTabs view={view} writing={workspace.writing.length > 0} onShow={workspace.show} />
          <span className="flex-1 max-sm:hidden" />
          <Presence live={live} />
        </Header>
        {isDeleted && <GoneBar />}
        <main className="flex min-h-0 flex-1">
          <Panel name="chat" view={view}>
            <ChatPanel projectId={projectId} conversation={conversation} actions={actions} isGone={isDeleted} />
          </Panel>
          <Panel name="preview" view={view}>
            <PreviewPanel />
          </Panel>
          <Panel name="code" view={view}>
            <CodePanel drafts={drafts} />
          </Panel>
          <Panel name="history" view={view}>
            <HistoryPanel />
          </Panel>
        </main>
      </div>
    </WorkspaceProvider>
  );
}

export default function WorkspacePage({ projectId }: { projectId: string }) {
  const project = useProject(projectId);
  if (project.data !== undefined) {
    const { name, head } = project.data;
    const isGone = isApiError(project.error, "not_found");
    return <OpenWorkspace projectId={projectId} name={name} head={head} isGone={isGone} />;
  }
  return (
    <div className="flex h-full flex-col">
      <Header />
      {project.isError ? (
        <Failure error={project.error} retry={() => void project.refetch()} />
      ) : (
        <Skeleton lines={5} />
      )}
    </div>
  );
}
