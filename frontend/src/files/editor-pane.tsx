import { ArrowLeft, FileCode2, Save } from "lucide-react";
import { lazy, Suspense } from "react";
import { Button, IconButton } from "../ui/button.tsx";
import { bytes } from "../ui/format.ts";
import { loadPart } from "../ui/load-part.ts";
import { Empty, Failure, Skeleton } from "../ui/states.tsx";
import { type Place, useWorkspace } from "../workspace/workspace-context.ts";
import { ConflictBar } from "./conflict-bar.tsx";
import type { Drafts } from "./use-drafts.ts";
import { type OpenFile, useOpenFile } from "./use-open-file.ts";

const Editor = lazy(() => loadPart(() => import("./editor.tsx")));
const nothing = () => undefined;

type BarProps = { path: string; state: string; file: OpenFile | null };

function Bar({ path, state, file }: BarProps) {
  const { closeFile } = useWorkspace();
  const draft = file?.draft;
  const busy = file?.save.isPending === true;
  return (
    <div className="flex h-10 shrink-0 items-center gap-2 border-b border-line px-2">
      <IconButton label="Back to the files" className="md:hidden" onClick={closeFile}>
        <ArrowLeft size={15} />
      </IconButton>
      <span className="stamp min-w-0 truncate pl-1">{path}</span>
      <span className="shrink-0 text-xs text-faint">{state}</span>
      <span className="flex-1" />
      {draft !== undefined && (
        <Button
          small
          tone="primary"
          busy={busy}
          disabled={file?.clash === true}
          title="Ctrl or Cmd + S"
          onClick={() => file?.save.mutate({ draft, how: "plain" })}
        >
          {!busy && <Save size={13} />} Save
        </Button>
      )}
    </div>
  );
}

/** A file as it is being written: it grows and cannot be edited until it is done. */
function WritingFile({ path, content }: { path: string; content: string }) {
  return (
    <>
      <Bar path={path} state="being written…" file={null} />
      <div className="min-h-0 flex-1">
        <Suspense fallback={<Skeleton lines={8} />}>
          <Editor path={path} text={content} readOnly place={null} onChange={nothing} onSave={nothing} />
        </Suspense>
      </div>
    </>
  );
}

const goneText = "It was deleted or renamed. The history has it, and restoring an earlier revision brings it back.";

type UnshownProps = { path: string; state: string; title: string; text: string };

function Unshown({ path, state, title, text }: UnshownProps) {
  return (
    <>
      <Bar path={path} state={state} file={null} />
      <Empty icon={<FileCode2 size={26} />} title={title}>
        {text}
      </Empty>
    </>
  );
}

function StoredFile({ place, drafts }: { place: Place; drafts: Drafts }) {
  const { projectId, closeFile } = useWorkspace();
  const file = useOpenFile(projectId, place.path, drafts);
  const { query, stored, draft, save } = file;
  const base = stored ?? draft?.base;
  if (base === undefined) {
    if (file.isGone)
      return <Unshown path={place.path} state="gone" title="This file is no longer there" text={goneText} />;
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
        title="This file is not text"
        text="It is stored as it is and cannot be edited here."
      />
    );
  }
  return (
    <>
      <Bar path={place.path} state={draft === undefined ? `r${base.revision}` : "not saved"} file={file} />
      <ConflictBar file={file} onDiscard={() => drafts.set(place.path, null)} onClose={closeFile} />
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

export function EditorPane({ place, drafts }: { place: Place | null; drafts: Drafts }) {
  const { writing } = useWorkspace();
  if (place === null) {
    return (
      <Empty icon={<FileCode2 size={26} />} title="No file is open">
        Pick one on the left. Ctrl or Cmd + S saves it as a revision.
      </Empty>
    );
  }
  const hot = writing.findLast((file) => file.path === place.path);
  if (hot?.content !== undefined && hot.content !== null && !drafts.all.has(place.path))
    return <WritingFile path={hot.path} content={hot.content} />;
  return <StoredFile key={place.path} place={place} drafts={drafts} />;
}
