import { Hammer, MessageCircleQuestion } from "lucide-react";
import { memo, useRef } from "react";
import { Empty, Failure } from "../ui/feedback.tsx";
import { useKeptState } from "../workspace/use-kept-state.ts";
import { useWorkspace } from "../workspace/workspace-context.ts";
import { BuildStatus } from "./build-status.tsx";
import { Console, readConsole } from "./console.tsx";
import { readScreen, sizeOf } from "./devices.ts";
import { OldVersionBar } from "./old-version-bar.tsx";
import { PointPanel } from "./point-panel.tsx";
import { PreviewBar } from "./preview-bar.tsx";
import { type FramesHandle, PreviewFrames } from "./preview-frames.tsx";
import { BuildProblems, PreviewBlocked, RuntimeError } from "./problems.tsx";
import { useRequestLog } from "./request-log.ts";
import { usePointing } from "./use-pointing.ts";
import { usePreviewMessages, useRefusals } from "./use-preview.ts";
import { useShownPreview } from "./use-shown-preview.ts";

function Waiting({ building }: { building: boolean }) {
  const { running, waiting } = useWorkspace();
  if (building) {
    return (
      <Empty icon={<Hammer size={28} className="animate-heat text-ember" />} title="Building your app">
        The first build takes the longest.
      </Empty>
    );
  }
  if (waiting) {
    return (
      <Empty icon={<MessageCircleQuestion size={28} className="text-ember" />} title="Answer a question to continue">
        The agent is waiting for your answer in the chat.
      </Empty>
    );
  }
  if (running) {
    return (
      <Empty icon={<Hammer size={28} className="animate-heat text-ember" />} title="Building your app">
        Your app will appear here in a moment.
      </Empty>
    );
  }
  return (
    <Empty icon={<Hammer size={28} />} title="No preview yet">
      Describe what to build, and your app will appear here.
    </Empty>
  );
}

/** Shows the running app at the project's head, on its own origin. */
export const PreviewPanel = memo(function PreviewPanel() {
  const { projectId, role } = useWorkspace();
  const [consoleView, showConsole] = useKeptState(projectId, "console", readConsole);
  const [screen, setScreen] = useKeptState(projectId, "screen", readScreen);
  const frames = useRef<FramesHandle>(null);
  const { preview, page, error, building, rebuild, renew, isMissing, isGood } = useShownPreview();
  const url = page?.url;
  const refusals = useRefusals(renew);
  const pointing = usePointing(projectId, frames, url, role !== "viewer");
  const messages = usePreviewMessages(url, projectId, refusals);
  const requests = useRequestLog(url);
  return (
    <section aria-label="App preview" className="flex h-full min-h-0 flex-col overflow-y-auto">
      <PreviewBar
        revision={preview?.revision ?? null}
        path={messages.path}
        building={building}
        consoleOpen={consoleView !== null}
        screen={screen}
        onScreen={setScreen}
        onMove={(move) => frames.current?.move(move)}
        pointing={pointing.pointed !== null}
        onPoint={pointing.pointed === null ? pointing.begin : pointing.end}
        onFullScreen={() => frames.current?.fullScreen()}
        onRefresh={rebuild}
        onConsole={() => showConsole(consoleView === null ? "Log" : null)}
      />
      <OldVersionBar />
      {preview !== undefined && !isGood && (
        <BuildProblems revision={preview.revision} diagnostics={preview.build.diagnostics} />
      )}
      {isGood && messages.error !== null && <RuntimeError error={messages.error} onDismiss={messages.dismiss} />}
      {refusals.isKeptOut && <PreviewBlocked />}
      {error !== null && !building && <Failure error={error} retry={rebuild} />}
      {/* In a low window the panels around the app scroll, and leave it a height. */}
      <div className="min-h-40 flex-1">
        {page === undefined ? (
          error === null && !isMissing && <Waiting building={building} />
        ) : (
          <PreviewFrames
            build={{ ...page, path: messages.path }}
            isUrgent={preview?.byHand === true}
            size={sizeOf(screen.device, screen.isTurned)}
            handle={frames}
            onShown={pointing.resume}
          />
        )}
      </div>
      {pointing.pointed !== null && (
        <PointPanel pointed={pointing.pointed} onTyped={pointing.type} onMore={pointing.more} onEnd={pointing.end} />
      )}
      {consoleView !== null && <Console view={consoleView} onView={showConsole} requests={requests} />}
      {isGood && preview !== undefined && <BuildStatus revision={preview.revision} />}
    </section>
  );
});
