import { useMutation } from "@tanstack/react-query";
import { DatabaseZap, ExternalLink, Maximize, MousePointerClick, RotateCcwSquare, SquareTerminal } from "lucide-react";
import { useState } from "react";
import { clearPreviewData } from "../api/runs.ts";
import { IconButton } from "../ui/button.tsx";
import { Confirm } from "../ui/dialog.tsx";
import { toast } from "../ui/toast.tsx";
import { useWorkspace } from "../workspace/workspace-context.ts";
import { AddressBar } from "./address-bar.tsx";
import { devices, type Screen, titleOf } from "./devices.ts";
import { PreviewMenu } from "./preview-menu.tsx";
import type { PreviewMove } from "./preview-message.ts";
import { PublishButton } from "./publish-button.tsx";
import { useOpenTab } from "./use-open-tab.ts";

type PreviewBarProps = {
  revision: number | null;
  path: string;
  building: boolean;
  consoleOpen: boolean;
  screen: Screen;
  onScreen: (screen: Screen) => void;
  onRefresh: () => void;
  onMove: (move: PreviewMove) => void;
  pointing: boolean;
  onPoint: () => void;
  onFullScreen: () => void;
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

/** Selects the emulated device and its rotation. On a phone the menu has these actions. */
function ScreenChoice({ screen, onScreen }: Pick<PreviewBarProps, "screen" | "onScreen">) {
  return (
    <span className="flex items-center max-md:hidden">
      <select
        aria-label="Screen size"
        value={screen.device}
        onChange={(event) => {
          const device = devices.find(({ name }) => name === event.target.value)?.name ?? "Fit";
          onScreen({ ...screen, device });
        }}
        className="h-7 rounded-md border border-transparent bg-transparent px-1 text-xs text-soft field-sizing-content hover:border-line-strong"
      >
        {devices.map((device) => (
          <option key={device.name} value={device.name} className="bg-raised text-ink">
            {titleOf(device)}
          </option>
        ))}
      </select>
      {screen.device !== "Fit" && (
        <IconButton
          label="Rotate"
          aria-pressed={screen.isTurned}
          onClick={() => onScreen({ ...screen, isTurned: !screen.isTurned })}
        >
          <RotateCcwSquare size={14} />
        </IconButton>
      )}
    </span>
  );
}

export function PreviewBar(props: PreviewBarProps) {
  const { revision, path, building, consoleOpen, screen, onScreen, onRefresh, onMove, onFullScreen, onConsole } = props;
  const { pointing, onPoint } = props;
  const { projectId, role, previewedRevision } = useWorkspace();
  const [asked, setAsked] = useState(false);
  const openTab = useOpenTab(projectId, previewedRevision);
  const none = revision === null;
  return (
    <div className="flex h-10 shrink-0 items-center gap-1 border-b border-line bg-surface px-2">
      <AddressBar revision={revision} path={path} building={building} onRefresh={onRefresh} onMove={onMove} />
      {role !== "viewer" && (
        <IconButton
          label="Point at an element"
          data-begins-pointing
          aria-pressed={pointing}
          disabled={none}
          onClick={onPoint}
        >
          <MousePointerClick size={15} />
        </IconButton>
      )}
      <ScreenChoice screen={screen} onScreen={onScreen} />
      <IconButton label="Full screen" disabled={none} className="max-md:hidden" onClick={onFullScreen}>
        <Maximize size={14} />
      </IconButton>
      <IconButton label="Console" aria-pressed={consoleOpen} onClick={onConsole}>
        <SquareTerminal size={15} />
      </IconButton>
      {role !== "viewer" && (
        <IconButton label="Reset preview data" disabled={none} className="max-md:hidden" onClick={() => setAsked(true)}>
          <DatabaseZap size={15} />
        </IconButton>
      )}
      <IconButton
        label="Open in a new tab"
        disabled={none || openTab.isPending}
        onClick={() => openTab.mutate(window.open("about:blank"))}
      >
        <ExternalLink size={15} />
      </IconButton>
      <PreviewMenu
        none={none}
        screen={screen}
        onScreen={onScreen}
        onMove={onMove}
        onFullScreen={onFullScreen}
        onReset={role === "viewer" ? null : () => setAsked(true)}
      />
      {role === "owner" && <PublishButton />}
      {asked && <ClearData onClose={() => setAsked(false)} onCleared={onRefresh} />}
    </div>
  );
}
