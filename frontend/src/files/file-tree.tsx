import { type KeyboardEvent, useMemo, useRef, useState } from "react";
import type { FileEntry } from "../../../worker/contract/index.ts";
import { useWorkspace } from "../workspace/workspace-context.ts";
import { type TreeRow, treeRows } from "./build-tree.ts";
import { TreeRowView } from "./tree-row.tsx";

type FileTreeProps = {
  files: readonly FileEntry[];
  /** The path of the file in the editor. */
  shown: string | undefined;
  dirty: ReadonlySet<string>;
  onRename: (path: string) => void;
  onDelete: (path: string) => void;
};

function useClosedFolders() {
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const toggle = (path: string, close = !closed.has(path)) => {
    const next = new Set(closed);
    if (close) next.add(path);
    else next.delete(path);
    setClosed(next);
  };
  return { closed, toggle };
}

type Keys = {
  rows: readonly TreeRow[];
  pick: (row: TreeRow) => void;
  toggle: (path: string, close: boolean) => void;
  /** The actions of F2 and Delete on a file. */
  change: Record<string, (path: string) => void>;
};

/** The keyboard of the WAI-ARIA tree pattern: arrows move, close and open, Enter selects, F2 renames, Delete asks. */
function onTreeKey(event: KeyboardEvent<HTMLElement>, { rows, pick, toggle, change }: Keys) {
  const path = document.activeElement?.getAttribute("data-path");
  const at = rows.findIndex((row) => row.path === path);
  const row = rows[at];
  if (row === undefined) return;
  const moves: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 };
  const target = rows[moves[event.key] ?? -1];
  if (target !== undefined)
    event.currentTarget.querySelector<HTMLElement>(`[data-path="${CSS.escape(target.path)}"]`)?.focus();
  else if (event.key === "Enter" || event.key === " ") pick(row);
  else if (row.kind === "file" && change[event.key] !== undefined) change[event.key]?.(row.path);
  else if (event.key === "ArrowLeft" && row.kind === "folder") toggle(row.path, true);
  else if (event.key === "ArrowRight" && row.kind === "folder") toggle(row.path, false);
  else return;
  event.preventDefault();
}

/** The tree of the project's files, including those being written. */
export function FileTree({ files, shown, dirty, onRename, onDelete }: FileTreeProps) {
  const { openFile, writing } = useWorkspace();
  const { closed, toggle } = useClosedFolders();
  const ref = useRef<HTMLDivElement>(null);
  const hot = useMemo(() => new Set(writing.map((file) => file.path)), [writing]);
  const rows = useMemo(() => treeRows([...files.map((file) => file.path), ...hot], closed), [files, hot, closed]);
  const pick = (row: TreeRow) => (row.kind === "folder" ? toggle(row.path) : openFile(row.path));
  // A file that is being written belongs to the run.
  const unlessHot = (act: (path: string) => void) => (path: string) => hot.has(path) || act(path);
  const change = { F2: unlessHot(onRename), Delete: unlessHot(onDelete) };
  const current = rows.find((row) => row.path === shown) ?? rows[0];
  return (
    <div
      ref={ref}
      role="tree"
      aria-label="Files"
      tabIndex={-1}
      className="grid gap-px p-1.5 outline-none"
      onKeyDown={(event) => onTreeKey(event, { rows, pick, toggle, change })}
    >
      {rows.map((row) => (
        <TreeRowView
          key={row.path}
          row={row}
          selected={row.kind === "file" && row.path === shown}
          focusable={row === current}
          closed={closed.has(row.path)}
          hot={hot.has(row.path)}
          dirty={dirty.has(row.path)}
          onPick={() => pick(row)}
          onRename={() => onRename(row.path)}
          onDelete={() => onDelete(row.path)}
        />
      ))}
    </div>
  );
}
