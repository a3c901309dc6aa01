import { useMutation } from "@tanstack/react-query";
import { DatabaseZap, ExternalLink, LoaderCircle, RotateCw, SquareTerminal } from "lucide-react";
import { useState } from "react";
import { clearPreviewData } from "../api/runs.ts";
import { IconButton } from "../ui/button.tsx";
import { Confirm } from "../ui/dialog.tsx";
import { toast } from "../ui/toast.tsx";
import { useWorkspace } from "../workspace/workspace-context.ts";
import { PublishButton } from "./publish-button.tsx";
import { useOpenTab } from "./use-open-tab.ts";

type PreviewBarProps = {
  revision: number | null;
  path: string;
  building: boolean;
  consoleOpen: boolean;
  onRefresh: () => void;
  onConsole: () => void;
};

function ClearData({ onClose, onCleared }: { onClose: () => void; onCleared: () => void }) {
  const { projectId } = useWorkspace();
  const clear = useMutation({
    mutationFn: () => clearPreviewData(projectId),
    onSuccess: () => {
      toast("Preview data reset.");
      onCleared();
      onClose();
    },
  });
  return (
    <Confirm
      title="Reset preview data?"
      text="This deletes everything the preview has stored. The app's files stay. You can't undo this."
      action="Reset data"
      busy={clear.isPending}
      onConfirm={() => clear.mutate()}
      onClose={onClose}
    />
  );
}

export function PreviewBar({ revision, path, building, consoleOpen, onRefresh, onConsole }: PreviewBarProps) {
  const { projectId } = useWorkspace();
  const [asked, setAsked] = useState(false);
  const openTab = useOpenTab(projectId);
  const none = revision === null;
  return (
    <div className="flex h-10 shrink-0 items-center gap-1 border-b border-line bg-surface px-2">
      <IconButton label="Refresh preview" disabled={none} onClick={onRefresh}>
        <RotateCw size={14} />
      </IconButton>
      <div className="flex h-7 min-w-0 flex-1 items-center gap-2 rounded-md bg-sunken px-2.5">
        <span className="stamp min-w-0 flex-1 truncate text-soft">{none ? "" : path}</span>
        <span role="status" className="flex items-center gap-1.5 text-xs text-faint">
          {building && (
            <>
              <LoaderCircle size={12} className="animate-spin text-ember" /> Building
            </>
          )}
          {!building && revision !== null && <span>Version {revision}</span>}
        </span>
      </div>
      <IconButton label="Console" aria-pressed={consoleOpen} onClick={onConsole}>
        <SquareTerminal size={15} />
      </IconButton>
      <IconButton label="Reset preview data" disabled={none} onClick={() => setAsked(true)}>
        <DatabaseZap size={15} />
      </IconButton>
      <IconButton
        label="Open in a new tab"
        disabled={none || openTab.isPending}
        onClick={() => openTab.mutate(window.open("about:blank"))}
      >
        <ExternalLink size={15} />
      </IconButton>
      <PublishButton />
      {asked && <ClearData onClose={() => setAsked(false)} onCleared={onRefresh} />}
    </div>
  );
}
