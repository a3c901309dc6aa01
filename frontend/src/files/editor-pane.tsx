import { FileCode2 } from "lucide-react";
import { lazy, Suspense } from "react";
import { Empty, Failure, Skeleton } from "../ui/feedback.tsx";
import { bytes } from "../ui/format.ts";
import { loadChunk } from "../ui/load-chunk.ts";
import { type Place, useWorkspace } from "../workspace/workspace-context.ts";
import { ConflictBar } from "./conflict-bar.tsx";
import { EditorBar } from "./editor-bar.tsx";
import type { FileQuestion } from "./file-dialog.tsx";
import type { Drafts } from "./use-drafts.ts";
import { useOpenFile } from "./use-open-file.ts";

const Editor = lazy(() => loadChunk(() => import("./editor.tsx")));
const nothing = () => undefined;

/** A file that an agent is writing: read-only until it is finished. */
function WritingFile({ path, content }: { path: string; content: string }) {
  return (
    <>
      <EditorBar path={path} state="Writing…" file={null} />
      <div className="min-h-0 flex-1">
        <Suspense fallback={<Skeleton lines={8} />}>
          <Editor path={path} text={content} readOnly place={null} onChange={nothing} onSave={nothing} />
        </Suspense>
      </div>
    </>
  );
}

const gone = {
  state: "deleted",
  title: "File deleted or renamed",
  text: "Check History for earlier versions.",
};
/** A file that was never loaded here and may never have existed, such as one named by a build error. */
const unknown = {
  state: "not found",
  title: "File not found",
  text: "Check History for earlier versions.",
};

type OnAsk = (asking: FileQuestion) => void;
type UnshownProps = { path: string; state: string; title: string; text: string; onAsk?: OnAsk };

function Unshown({ path, state, title, text, onAsk }: UnshownProps) {
  return (
    <>
      <EditorBar path={path} state={state} file={null} onAsk={onAsk} />
      <Empty icon={<FileCode2 size={26} />} title={title}>
        {text}
      </Empty>
    </>
  );
}

type FileProps = { place: Place; drafts: Drafts; onAsk: OnAsk };

function StoredFile({ place, drafts, onAsk }: FileProps) {
  const { projectId, closeFile } = useWorkspace();
  const file = useOpenFile(projectId, place.path, drafts);
  const { query, stored, draft, save } = file;
  const base = stored ?? draft?.base;
  if (base === undefined) {
    if (file.isGone) return <Unshown path={place.path} {...(query.data === undefined ? unknown : gone)} />;
    return query.error === null ? (
      <Skeleton lines={10} />
    ) : (
      <Failure error={query.error} retry={() => void query.refetch()} />
    );
  }
  if (base.encoding === "base64") {
    return (
      <Unshown
        path={place.path}
        state={bytes(base.bytes)}
        title="Can't preview this file type"
        text="You can download it with the project's .zip."
        onAsk={onAsk}
      />
    );
  }
  return (
    <>
      <EditorBar
        path={place.path}
        state={draft === undefined ? `Version ${base.revision}` : "Unsaved"}
        file={file}
        onAsk={onAsk}
      />
      <ConflictBar
        file={file}
        onDiscard={() => drafts.set(place.path, null)}
        onClose={() => closeFile({ instead: true })}
      />
      <div className="min-h-0 flex-1">
        <Suspense fallback={<Skeleton lines={10} />}>
          <Editor
            path={place.path}
            text={draft?.text ?? base.content}
            readOnly={save.isPending}
            place={place}
            onChange={file.edit}
            onSave={() => draft !== undefined && !file.clash && save.mutate({ draft, how: "plain" })}
          />
        </Suspense>
      </div>
    </>
  );
}

export function EditorPane({ place, drafts, onAsk }: Omit<FileProps, "place"> & { place: Place | null }) {
  const { writing } = useWorkspace();
  if (place === null) {
    return (
      <Empty icon={<FileCode2 size={26} />} title="Select a file to view or edit">
        Press Ctrl or Cmd + S to save.
      </Empty>
    );
  }
  const hot = writing.findLast((file) => file.path === place.path);
  if (hot?.content !== undefined && hot.content !== null && !drafts.all.has(place.path))
    return <WritingFile path={hot.path} content={hot.content} />;
  return <StoredFile key={place.path} place={place} drafts={drafts} onAsk={onAsk} />;
}
