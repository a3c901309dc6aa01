import { FileArchive, FolderUp } from "lucide-react";
import { useRef } from "react";
import { Button } from "../ui/button.tsx";
import type { ImportSource } from "./use-import.ts";

type ImportButtonsProps = { busy: boolean; onImport: (source: ImportSource) => void };

/** The buttons that import an archive or a folder as a project. */
export function ImportButtons({ busy, onImport }: ImportButtonsProps) {
  const archive = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  return (
    <div className="flex gap-2">
      <input
        ref={archive}
        type="file"
        accept=".zip,.tgz,.tar.gz,.gz,application/zip,application/gzip"
        aria-label="Archive to import"
        className="sr-only"
        tabIndex={-1}
        onChange={(event) => {
          const file = event.target.files?.[0];
          if (file !== undefined) onImport({ kind: "archive", file });
          event.target.value = "";
        }}
      />
      <input
        ref={(element) => {
          folder.current = element;
          // React's types lack this attribute.
          if (element !== null) element.webkitdirectory = true;
        }}
        type="file"
        aria-label="Folder to import"
        className="sr-only"
        tabIndex={-1}
        onChange={(event) => {
          const files = [...(event.target.files ?? [])];
          if (files.length > 0) onImport({ kind: "folder", files });
          event.target.value = "";
        }}
      />
      <Button small disabled={busy} onClick={() => folder.current?.click()}>
        <FolderUp size={13} /> Import folder
      </Button>
      <Button small busy={busy} onClick={() => archive.current?.click()}>
        <FileArchive size={13} /> Import .zip
      </Button>
    </div>
  );
}
