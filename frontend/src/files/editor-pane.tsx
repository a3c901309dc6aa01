import { FileCode2 } from "lucide-react";
import { lazy, Suspense, useMemo, useState } from "react";
import { viewerReason } from "../sharing/role-names.ts";
import { Empty, Failure, Skeleton } from "../ui/feedback.tsx";
import { bytes } from "../ui/format.ts";
import { loadChunk } from "../ui/load-chunk.ts";
import { type Place, useGrowingText, useWorkspace } from "../workspace/workspace-context.ts";
import { CompareView } from "./compare-view.tsx";
import { ConflictBar } from "./conflict-bar.tsx";
import { setEditDraft, useDirtyPaths } from "./edit-drafts.ts";
import { EditorBar } from "./editor-bar.tsx";
import type { FileQuestion } from "./file-dialog.tsx";
import { threeWay } from "./three-way.ts";
import { useDiagnostics } from "./use-diagnostics.ts";
import { type OpenFile, useOpenFile } from "./use-open-file.ts";

const Editor = lazy(() => loadChunk(() => import("./editor.tsx")));
const nothing = () => undefined;

/** Shows a file that an agent is writing, read-only until it is finished. */
function WritingFile({ path, content }: { path: string; content: string }) {
  return (
    <>
      <EditorBar path={path} state="Writing…" file={null} />
      <div className="min-h-0 flex-1">
        <Suspense fallback={<Skeleton lines={8} />}>
          <Editor
            path={path}
            stateKey={null}
            text={content}
            readOnly
            follows
            place={null}
            onChange={nothing}
            onSave={nothing}
          />
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
/** A file that was never loaded on this page and may never have existed, such as a path in a build error. */
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

type FileProps = { place: Place; onAsk: OnAsk };

/** Returns the merge of the edits and the newer stored file; null without a conflict, and if the file was deleted. */
function useRegions({ clash, draft, stored }: OpenFile) {
  const base = draft?.base.content;
  const isText = stored?.encoding === "utf-8";
  const [mine, theirs] = clash && isText ? [draft?.text, stored.content] : [];
  return useMemo(
    () => (base === undefined || mine === undefined || theirs === undefined ? null : threeWay(base, mine, theirs)),
    [base, mine, theirs],
  );
}

function TextFile({ place, file, onAsk }: FileProps & { file: OpenFile }) {
  const { projectId, role, closeFile } = useWorkspace();
  const isViewer = role === "viewer";
  const { stored, draft, save } = file;
  const regions = useRegions(file);
  const marks = useDiagnostics(place.path);
  const [isComparing, setComparing] = useState(false);
  const compared = isComparing ? regions : null;
  const base = stored ?? draft?.base;
  return (
    <>
      <EditorBar
        path={place.path}
        state={isViewer ? "Read-only" : draft === undefined ? `Version ${base?.revision}` : "Unsaved"}
        file={isViewer ? null : file}
        onAsk={isViewer ? undefined : onAsk}
      />
      <ConflictBar
        file={file}
        regions={regions}
        isComparing={compared !== null}
        onCompare={() => setComparing(!isComparing)}
        onDiscard={() => setEditDraft(projectId, place.path, null)}
        onClose={() => closeFile({ instead: true })}
      />
      <div className="min-h-0 flex-1">
        {compared !== null && stored !== undefined ? (
          <CompareView
            key={stored.sha256}
            regions={compared}
            busy={save.isPending}
            onSave={(text) => save.mutate({ draft: { text, base: stored }, how: "merge" })}
          />
        ) : (
          <Suspense fallback={<Skeleton lines={10} />}>
            <Editor
              path={place.path}
              stateKey={`${projectId}/${place.path}`}
              text={draft?.text ?? base?.content ?? ""}
              readOnly={isViewer || save.isPending}
              place={place}
              onChange={file.edit}
              onSave={() => void file.saveDraft()}
              onFormat={isViewer || file.formatNow === null ? undefined : () => void file.formatNow?.()}
              marks={marks}
            />
          </Suspense>
        )}
      </div>
    </>
  );
}

function StoredFile({ place, onAsk }: FileProps) {
  const { projectId } = useWorkspace();
  const file = useOpenFile(projectId, place.path);
  const { query, stored, draft } = file;
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
  return <TextFile place={place} file={file} onAsk={onAsk} />;
}

export function EditorPane({ place, onAsk }: Omit<FileProps, "place"> & { place: Place | null }) {
  const { projectId, role } = useWorkspace();
  const growing = useGrowingText(place?.path);
  const dirty = useDirtyPaths(projectId);
  if (place === null) {
    return role === "viewer" ? (
      <Empty icon={<FileCode2 size={26} />} title="Select a file to view">
        {viewerReason}
      </Empty>
    ) : (
      <Empty icon={<FileCode2 size={26} />} title="Select a file to view or edit">
        Press Ctrl or Cmd + S to save.
      </Empty>
    );
  }
  if (growing !== null && !dirty.has(place.path)) return <WritingFile path={place.path} content={growing} />;
  return <StoredFile key={place.path} place={place} onAsk={onAsk} />;
}
