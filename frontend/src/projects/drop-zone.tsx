import { type DragEvent, type ReactNode, useRef, useState } from "react";
import { droppedIn, type ImportSource } from "./use-import.ts";

type DropZoneProps = { busy: boolean; onDrop: (source: ImportSource) => void; className: string; children: ReactNode };

const hasFiles = ({ dataTransfer }: DragEvent): boolean => dataTransfer.types.includes("Files");

/**
 * Makes the page's content a drop target for a folder or an archive. The import buttons offer the same without a mouse.
 */
export function DropZone({ busy, onDrop, className, children }: DropZoneProps) {
  const [over, setOver] = useState(false);
  // A child's dragenter event fires before its parent's dragleave event.
  const depth = useRef(0);
  const move = (step: 1 | -1) => {
    depth.current = Math.max(0, depth.current + step);
    setOver(depth.current > 0);
  };
  return (
    <main
      className={className}
      onDragEnter={(event) => hasFiles(event) && move(1)}
      onDragLeave={(event) => hasFiles(event) && move(-1)}
      onDrop={(event) => {
        if (!hasFiles(event)) return;
        depth.current = 0;
        setOver(false);
        // The prompt box may have handled the drop already.
        const source = busy || event.defaultPrevented ? null : droppedIn(event.dataTransfer);
        if (source !== null) onDrop(source);
      }}
    >
      {children}
      {over && (
        <div className="pointer-events-none fixed inset-4 z-40 grid place-items-center rounded-xl border-2 border-dashed border-ember bg-surface/90">
          <p className="text-lg font-medium">Drop a folder or archive to import it, a file onto the box to attach it</p>
        </div>
      )}
    </main>
  );
}
