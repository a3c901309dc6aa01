import { type DragEvent, useState } from "react";
import { folderAt, placeIn } from "./tree-operations.ts";

/** The MIME type that carries a dragged row's path. */
const rowType = "application/x-edgesmith-path";

type TreeDrop = {
  /** Moves a row to a free path. */
  onMove: (from: string, to: string) => void;
  /** Uploads dropped files into a folder; the top level is the empty string. */
  onUpload: (folder: string, entries: FileSystemEntry[]) => void;
};

const rowOf = ({ target }: DragEvent): HTMLElement | null =>
  target instanceof Element ? target.closest<HTMLElement>("[data-path]") : null;

/** Returns the folder under the pointer; the top level outside of any row. */
function folderUnder(event: DragEvent): string {
  const row = rowOf(event);
  return row === null ? "" : folderAt(row.dataset.path ?? "", row.hasAttribute("aria-expanded"));
}

const isOurs = ({ dataTransfer: { types } }: DragEvent): boolean => types.includes("Files") || types.includes(rowType);

/**
 * Implements dragging in the tree: a row moves into another folder, and files from outside are uploaded into the folder
 * under the pointer.
 * @returns the folder that a drop would target, null while nothing is dragged, and the tree's event handlers
 */
export function useTreeDrop({ onMove, onUpload }: TreeDrop) {
  const [target, setTarget] = useState<string | null>(null);
  const events = {
    onDragStart: (event: DragEvent) => {
      const path = rowOf(event)?.dataset.path;
      if (path === undefined) return;
      event.dataTransfer.setData(rowType, path);
      event.dataTransfer.effectAllowed = "move";
    },
    onDragOver: (event: DragEvent) => {
      if (!isOurs(event)) return;
      event.preventDefault();
      setTarget(folderUnder(event));
    },
    onDragLeave: (event: DragEvent) => {
      const { currentTarget, relatedTarget } = event;
      if (!(relatedTarget instanceof Node && currentTarget.contains(relatedTarget))) setTarget(null);
    },
    onDragEnd: () => setTarget(null),
    onDrop: (event: DragEvent) => {
      if (!isOurs(event)) return;
      event.preventDefault();
      setTarget(null);
      const folder = folderUnder(event);
      const from = event.dataTransfer.getData(rowType);
      const to = from === "" ? null : placeIn(folder, from);
      if (to !== null) onMove(from, to);
      // Reads the entries synchronously, since the browser clears the event's data afterwards.
      const entries = [...event.dataTransfer.items].flatMap((item) => item.webkitGetAsEntry() ?? []);
      if (entries.length > 0) onUpload(folder, entries);
    },
  };
  return { target, events };
}
