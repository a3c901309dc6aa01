import { useQuery } from "@tanstack/react-query";
import { Files } from "lucide-react";
import { memo, useCallback, useState } from "react";
import type { FileEntry } from "../../../worker/contract/index.ts";
import { filesQuery } from "../api/files-query.ts";
import { Empty, Failure, Skeleton } from "../ui/feedback.tsx";
import { useMedia } from "../ui/use-media.ts";
import { PaneResizer, usePaneWidth } from "../workspace/pane-resizer.tsx";
import { useWorkspace } from "../workspace/workspace-context.ts";
import { useDirtyPaths } from "./edit-drafts.ts";
import { EditorPane } from "./editor-pane.tsx";
import { FileDialog, type FileQuestion } from "./file-dialog.tsx";
import { FileTabs } from "./file-tabs.tsx";
import { FileTree } from "./file-tree.tsx";
import { TreeBar } from "./tree-bar.tsx";
import { movesOf } from "./tree-operations.ts";
import type { UploadSource } from "./upload-files.ts";
import { useActiveFile } from "./use-active-file.ts";
import { useFileAction } from "./use-file-actions.ts";
import { useUpload } from "./use-upload.ts";

const noFiles: readonly FileEntry[] = [];
const nothing = () => undefined;

function useFiles() {
  const { projectId } = useWorkspace();
  return useQuery(filesQuery(projectId));
}

/** The width from which the tree is shown beside the editor; corresponds to `md` in the class names. */
const sideBySide = "(min-width: 48rem)";
const treeLimits = { storedKey: "edgesmith-tree-width", min: 160, max: 560, usual: 256, kept: 280 };
/** Leaves the editor its minimum width, even beside a wide chat. */
const treeMaxWidth = `calc(100% - ${treeLimits.kept}px)`;

type FilesQuery = ReturnType<typeof useFiles>;

type TreeProps = {
  query: FilesQuery;
  shown: string | undefined;
  onAsk: (asking: FileQuestion) => void;
};

function Tree({ query, shown, onAsk }: TreeProps) {
  const { projectId, writing } = useWorkspace();
  const dirty = useDirtyPaths(projectId);
  const upload = useUpload(projectId);
  const move = useFileAction(nothing, false);
  const files = query.data?.data ?? noFiles;
  const { mutate: startUpload } = upload;
  const { mutate: startMove } = move;
  const onUpload = useCallback(
    (folder: string, source: UploadSource) => startUpload({ folder, source }),
    [startUpload],
  );
  const onRename = useCallback((path: string) => onAsk({ what: "rename", path }), [onAsk]);
  const onDelete = useCallback((path: string) => onAsk({ what: "delete", path }), [onAsk]);
  const onMove = useCallback(
    (from: string, to: string) => {
      const paths = files.map(({ path }) => path);
      startMove({ message: `Move ${from} to ${to}`, operations: movesOf(paths, from, to) });
    },
    [files, startMove],
  );
  if (query.isPending) return <Skeleton lines={6} />;
  if (query.isError) return <Failure error={query.error} retry={() => void query.refetch()} />;
  return (
    <>
      <TreeBar
        count={files.length}
        uploading={upload.isPending}
        onAsk={onAsk}
        onUpload={(source) => onUpload("", source)}
      />
      {files.length + writing.length === 0 && (
        <Empty icon={<Files size={24} />} title="No files yet">
          Files will appear here. You can drop your own here, too.
        </Empty>
      )}
      <FileTree
        files={files}
        shown={shown}
        dirty={dirty}
        onRename={onRename}
        onDelete={onDelete}
        onMove={onMove}
        onUpload={onUpload}
      />
    </>
  );
}

/** The file tree and the editor. A phone shows only one of them at a time. */
export const CodePanel = memo(function CodePanel() {
  const { place } = useWorkspace();
  const shownPlace = useActiveFile();
  const [asking, setAsking] = useState<FileQuestion | null>(null);
  const query = useFiles();
  const isSideBySide = useMedia(sideBySide);
  const tree = usePaneWidth(treeLimits);
  const onPhone = (shown: boolean) => (shown ? "flex" : "hidden md:flex");
  return (
    <section aria-label="Code" className="flex h-full min-h-0">
      <div
        style={isSideBySide ? { width: tree.width, maxWidth: treeMaxWidth } : {}}
        className={`w-full shrink-0 flex-col border-line md:border-r ${onPhone(place === null)}`}
      >
        <Tree query={query} shown={shownPlace?.path} onAsk={setAsking} />
      </div>
      {isSideBySide && <PaneResizer label="Width of the file tree" {...tree} className="z-10" />}
      <div className={`min-w-0 flex-1 flex-col ${onPhone(place !== null)}`}>
        <FileTabs shown={shownPlace?.path} />
        <EditorPane place={shownPlace} onAsk={setAsking} />
      </div>
      {asking !== null && (
        <FileDialog asking={asking} files={query.data?.data ?? noFiles} onClose={() => setAsking(null)} />
      )}
    </section>
  );
});
