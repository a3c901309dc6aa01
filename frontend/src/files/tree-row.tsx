import { ChevronRight, File, FilePenLine, Folder, FolderOpen, Pencil, Trash2 } from "lucide-react";
import { memo } from "react";
import { IconButton } from "../ui/button.tsx";
import type { TreeRow } from "./build-tree.ts";

type TreeRowProps = {
  row: TreeRow;
  /** The row's index among all rows, and its distance from the tree's top in pixels. */
  index: number;
  top: number;
  selected: boolean;
  focusable: boolean;
  closed: boolean;
  hot: boolean;
  dirty: boolean;
  /** Whether a drop would target this folder. */
  target: boolean;
  /** Whether the person may move, rename and delete this file or folder. */
  isEditable: boolean;
  /** Whether the row renders its buttons. */
  hasActions: boolean;
  onPick: (row: TreeRow) => void;
  onRename: (path: string) => void;
  onDelete: (path: string) => void;
};

function Icon({ row, closed, hot }: Pick<TreeRowProps, "row" | "closed" | "hot">) {
  if (row.kind === "folder") {
    const Shape = closed ? Folder : FolderOpen;
    return (
      <>
        <ChevronRight size={12} className={`shrink-0 text-faint transition-transform ${closed ? "" : "rotate-90"}`} />
        <Shape size={14} className="shrink-0 text-faint" />
      </>
    );
  }
  const Shape = hot ? FilePenLine : File;
  return <Shape size={14} className={`ml-3 shrink-0 ${hot ? "animate-heat text-ember" : "text-faint"}`} />;
}

/** Returns a row's indent in rem. Deep levels are indented less, so that names keep their width. */
export const indentOf = (level: number) => 0.4 + Math.min(level - 1, 5) * 0.85 + Math.max(level - 6, 0) * 0.25;

/** The minimum width of a row's name and buttons in rem, at any depth; the tree scrolls horizontally. */
export const roomRem = 9;

/** A row of the tree, named by its path. The tree handles the keyboard; the row handles the pointer. */
export const TreeRowView = memo(function TreeRowView(props: TreeRowProps) {
  const { row, index, top, selected, focusable, closed, hot, dirty, target } = props;
  const { isEditable, hasActions, onPick, onRename, onDelete } = props;
  const isFile = row.kind === "file";
  const indent = indentOf(row.level);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the tree around it handles the keys of all its rows
    <div
      role="treeitem"
      aria-label={row.path}
      title={row.path}
      aria-level={row.level}
      aria-posinset={row.place}
      aria-setsize={row.siblings}
      aria-selected={selected}
      aria-keyshortcuts={isEditable ? "F2 Delete" : undefined}
      {...(isFile ? { "aria-busy": hot } : { "aria-expanded": !closed })}
      draggable={isEditable && !hot}
      tabIndex={focusable ? 0 : -1}
      data-path={row.path}
      data-index={index}
      onClick={() => onPick(row)}
      style={{ paddingInlineStart: `${indent}rem`, transform: `translateY(${top}px)` }}
      className={`absolute inset-x-1.5 top-0 flex h-7 cursor-pointer items-center gap-1.5 rounded-md pr-1 text-sm pointer-coarse:h-10 ${target ? "outline-2 -outline-offset-2 outline-ember" : ""} ${
        selected
          ? "bg-ember-wash text-ember-deep"
          : hot
            ? "text-ember-deep"
            : "text-soft hover:bg-sunken hover:text-ink"
      }`}
    >
      <Icon row={row} closed={closed} hot={hot} />
      <span className="w-0 grow truncate">{row.name}</span>
      {dirty && <span title="Unsaved" className="size-1.5 shrink-0 rounded-full bg-ember" />}
      {isEditable && hasActions && !hot && (
        // biome-ignore lint/a11y/noStaticElementInteractions: it only keeps its buttons' clicks from opening the file
        // biome-ignore lint/a11y/useKeyWithClickEvents: as above
        <span className="sticky right-1 flex rounded-md bg-surface" onClick={(event) => event.stopPropagation()}>
          <IconButton
            label={`Rename ${row.path}`}
            tabIndex={-1}
            className="size-6! pointer-coarse:size-9!"
            onClick={() => onRename(row.path)}
          >
            <Pencil size={12} />
          </IconButton>
          <IconButton
            label={`Delete ${row.path}`}
            tabIndex={-1}
            className="size-6! pointer-coarse:size-9!"
            onClick={() => onDelete(row.path)}
          >
            <Trash2 size={12} />
          </IconButton>
        </span>
      )}
    </div>
  );
});
