import { Download, FilePlus2, FileUp, FolderPlus, FolderUp, Upload } from "lucide-react";
import { useRef } from "react";
import { archiveUrl } from "../api/projects.ts";
import { readChosen } from "../projects/folder-files.ts";
import { IconButton } from "../ui/button.tsx";
import { plural } from "../ui/format.ts";
import { Menu } from "../ui/menu.tsx";
import { useWorkspace } from "../workspace/workspace-context.ts";
import type { FileQuestion } from "./file-dialog.tsx";
import type { UploadSource } from "./upload-files.ts";

type TreeBarProps = {
  count: number;
  uploading: boolean;
  onAsk: (asking: FileQuestion) => void;
  onUpload: (source: UploadSource) => void;
};

/**
 * The bar above the tree, which downloads, creates and uploads files. Dropping files onto the tree uploads them too. A
 * viewer can only download.
 */
export function TreeBar({ count, uploading, onAsk, onUpload }: TreeBarProps) {
  const { projectId, role } = useWorkspace();
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  return (
    <div className="relative flex h-10 shrink-0 items-center border-b border-line pr-1.5 pl-3">
      <span className="text-xs text-faint">{uploading ? "Uploading…" : plural(count, "file")}</span>
      <span className="flex-1" />
      {count > 0 && (
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
      {role === "viewer" ? (
        <span className="text-xs text-soft">Read-only</span>
      ) : (
        <>
          <IconButton label="New file" onClick={() => onAsk({ what: "create" })}>
            <FilePlus2 size={15} />
          </IconButton>
          <IconButton label="New folder" onClick={() => onAsk({ what: "create folder" })}>
            <FolderPlus size={15} />
          </IconButton>
          <input
            ref={files}
            type="file"
            multiple
            aria-label="Files to upload"
            className="sr-only"
            tabIndex={-1}
            onChange={({ target }) => {
              onUpload({ files: [...(target.files ?? [])].map((file) => ({ path: file.name, file })) });
              target.value = "";
            }}
          />
          <input
            ref={(element) => {
              folder.current = element;
              // React's types lack this attribute.
              if (element !== null) element.webkitdirectory = true;
            }}
            type="file"
            aria-label="Folder to upload"
            className="sr-only"
            tabIndex={-1}
            onChange={({ target }) => {
              onUpload({ files: readChosen([...(target.files ?? [])]) });
              target.value = "";
            }}
          />
          <Menu
            label="Upload"
            icon={<Upload size={15} />}
            items={[
              { title: "Upload files", Icon: FileUp, act: () => files.current?.click(), disabled: uploading },
              { title: "Upload a folder", Icon: FolderUp, act: () => folder.current?.click(), disabled: uploading },
            ]}
          />
        </>
      )}
    </div>
  );
}
