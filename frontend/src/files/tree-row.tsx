import { ChevronRight, File, FilePenLine, Folder, FolderOpen, Pencil, Trash2 } from "lucide-react";
import { IconButton } from "../ui/button.tsx";
import type { TreeRow } from "./build-tree.ts";

type TreeRowProps = {
  row: TreeRow;
  selected: boolean;
  focusable: boolean;
  closed: boolean;
  hot: boolean;
  dirty: boolean;
  onPick: () => void;
  onRename: () => void;
  onDelete: () => void;
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

/** A row of the tree, named by its path. The arrow keys are the tree's; here are only the pointer's ways. */
export function TreeRowView(props: TreeRowProps) {
  const { row, selected, focusable, closed, hot, dirty, onPick, onRename, onDelete } = props;
  const isFile = row.kind === "file";
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the tree around it handles the keys of all its rows
    <div
      role="treeitem"
      aria-label={row.path}
      aria-level={row.level}
      aria-selected={selected}
      {...(isFile ? { "aria-busy": hot } : { "aria-expanded": !closed })}
      tabIndex={focusable ? 0 : -1}
      data-path={row.path}
      onClick={onPick}
      style={{ paddingInlineStart: `${(row.level - 1) * 0.85 + 0.4}rem` }}
      className={`group flex h-7 cursor-pointer items-center gap-1.5 rounded-md pr-1 text-sm ${
        selected
          ? "bg-ember-wash text-ember-deep"
          : hot
            ? "text-ember-deep"
            : "text-soft hover:bg-sunken hover:text-ink"
      }`}
    >
      <Icon row={row} closed={closed} hot={hot} />
      <span className="min-w-0 flex-1 truncate">{row.name}</span>
      {dirty && <span title="Not saved" className="size-1.5 shrink-0 rounded-full bg-ember" />}
      {isFile && !hot && (
        // biome-ignore lint/a11y/noStaticElementInteractions: it only keeps its buttons' clicks from opening the file
        // biome-ignore lint/a11y/useKeyWithClickEvents: as above
        <span className="hidden group-focus-within:flex group-hover:flex" onClick={(event) => event.stopPropagation()}>
          <IconButton label={`Rename ${row.path}`} tabIndex={-1} className="size-6!" onClick={onRename}>
            <Pencil size={12} />
          </IconButton>
          <IconButton label={`Delete ${row.path}`} tabIndex={-1} className="size-6!" onClick={onDelete}>
            <Trash2 size={12} />
          </IconButton>
        </span>
      )}
    </div>
  );
}
