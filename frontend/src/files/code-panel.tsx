import { useQuery } from "@tanstack/react-query";
import { Download, FilePlus2, Files } from "lucide-react";
import { memo, useCallback, useState } from "react";
import { archiveUrl, listFiles } from "../api/projects.ts";
import { keys } from "../api/queries.ts";
import { IconButton } from "../ui/button.tsx";
import { Empty, Failure, Skeleton } from "../ui/feedback.tsx";
import { plural } from "../ui/format.ts";
import { useWorkspace } from "../workspace/workspace-context.ts";
import { useDirtyPaths } from "./edit-drafts.ts";
import { EditorPane } from "./editor-pane.tsx";
import { FileDialog, type FileQuestion } from "./file-dialog.tsx";
import { FileTree } from "./file-tree.tsx";
import { useActiveFile } from "./use-active-file.ts";

type TreeProps = { shown: string | undefined; onAsk: (asking: FileQuestion) => void };

function Tree({ shown, onAsk }: TreeProps) {
  const { projectId, writing } = useWorkspace();
  const query = useQuery({ queryKey: keys.files(projectId), queryFn: () => listFiles(projectId) });
  const dirty = useDirtyPaths(projectId);
  const onRename = useCallback((path: string) => onAsk({ what: "rename", path }), [onAsk]);
  const onDelete = useCallback((path: string) => onAsk({ what: "delete", path }), [onAsk]);
  if (query.isPending) return <Skeleton lines={6} />;
  if (query.isError) return <Failure error={query.error} retry={() => void query.refetch()} />;
  const files = query.data.data;
  return (
    <>
      <div className="flex h-10 shrink-0 items-center justify-between border-b border-line pr-1.5 pl-3">
        <span className="text-xs text-faint">{plural(files.length, "file")}</span>
        <span className="flex-1" />
        {files.length > 0 && (
          <a
            href={archiveUrl(projectId)}
            download
            aria-label="Download .zip"
            title="Download .zip"
            className="inline-grid size-7 place-items-center rounded-md text-soft hover:bg-sunken hover:text-ink"
          >
            <Download size={15} />
          </a>
        )}
        <IconButton label="New file" onClick={() => onAsk({ what: "create" })}>
          <FilePlus2 size={15} />
        </IconButton>
      </div>
      {files.length + writing.length === 0 ? (
        <Empty icon={<Files size={24} />} title="No files yet">
          Files will appear here.
        </Empty>
      ) : (
        <FileTree files={files} shown={shown} dirty={dirty} onRename={onRename} onDelete={onDelete} />
      )}
    </>
  );
}

/** The file tree and the editor; on a phone one at a time. */
export const CodePanel = memo(function CodePanel() {
  const { place } = useWorkspace();
  const shownPlace = useActiveFile();
  const [asking, setAsking] = useState<FileQuestion | null>(null);
  const onPhone = (shown: boolean) => (shown ? "flex" : "hidden md:flex");
  return (
    <section aria-label="Code" className="flex h-full min-h-0">
      <div className={`w-full shrink-0 flex-col border-line md:w-56 md:border-r xl:w-64 ${onPhone(place === null)}`}>
        <Tree shown={shownPlace?.path} onAsk={setAsking} />
      </div>
      <div className={`min-w-0 flex-1 flex-col ${onPhone(place !== null)}`}>
        <EditorPane place={shownPlace} onAsk={setAsking} />
      </div>
      {asking !== null && <FileDialog asking={asking} onClose={() => setAsking(null)} />}
    </section>
  );
});
