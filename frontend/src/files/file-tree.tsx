import { type KeyboardEvent, useCallback, useEffect, useEffectEvent, useMemo, useRef, useState } from "react";
import type { FileEntry } from "../../../worker/contract/index.ts";
import { useMedia } from "../ui/use-media.ts";
import { useWindow } from "../ui/use-window.ts";
import { useWorkspace } from "../workspace/workspace-context.ts";
import { type TreeRow, treeRows } from "./build-tree.ts";
import { indentOf, roomRem, TreeRowView } from "./tree-row.tsx";
import { useTreeDrop } from "./use-tree-drop.ts";

type FileTreeProps = {
  files: readonly FileEntry[];
  /** The path of the file that is open in the editor. */
  shown: string | undefined;
  dirty: ReadonlySet<string>;
  onRename: (path: string) => void;
  onDelete: (path: string) => void;
  onMove: (from: string, to: string) => void;
  onUpload: (folder: string, source: { entries: FileSystemEntry[] }) => void;
};

function useClosedFolders() {
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const toggle = useCallback((path: string, close?: boolean) => {
    setClosed((known) => {
      const next = new Set(known);
      if (close ?? !known.has(path)) next.add(path);
      else next.delete(path);
      return next;
    });
  }, []);
  return { closed, toggle };
}

type Keys = {
  rows: readonly TreeRow[];
  pick: (row: TreeRow) => void;
  toggle: (path: string, close: boolean) => void;
  /** Focuses a row, which may not be in the document yet. */
  focusRow: (index: number) => void;
  /** The actions of F2 and Delete on a file or a folder, by key. */
  change: Record<string, (path: string) => void>;
};

/** The number of rows that Page Up and Page Down move the focus by. */
const pageRows = 20;

/**
 * Implements the keyboard of the WAI-ARIA tree pattern: arrows move, collapse and expand, Enter selects, F2 renames,
 * Delete asks for confirmation.
 */
function onTreeKey(event: KeyboardEvent<HTMLElement>, { rows, pick, toggle, focusRow, change }: Keys) {
  const path = document.activeElement?.getAttribute("data-path");
  const at = rows.findIndex((row) => row.path === path);
  const row = rows[at];
  if (row === undefined) return;
  const last = rows.length - 1;
  const moves: Record<string, number> = {
    ArrowDown: Math.min(at + 1, last),
    ArrowUp: Math.max(at - 1, 0),
    PageDown: Math.min(at + pageRows, last),
    PageUp: Math.max(at - pageRows, 0),
    Home: 0,
    End: last,
  };
  const move = moves[event.key];
  if (move !== undefined) focusRow(move);
  else if (event.key === "Enter" || event.key === " ") pick(row);
  else if (change[event.key] !== undefined) change[event.key]?.(row.path);
  else if (event.key === "ArrowLeft" && row.kind === "folder") toggle(row.path, true);
  else if (event.key === "ArrowRight" && row.kind === "folder") toggle(row.path, false);
  else return;
  event.preventDefault();
}

/** The height of a row in pixels, as set by its class names: larger for touch screens. */
const rowHeights = { fine: 28, coarse: 40 };

/** Returns the minimum width: deep rows may exceed the panel, which then scrolls horizontally. */
const widthOf = (rows: readonly TreeRow[]): string =>
  `${rows.reduce((widest, { level }) => Math.max(widest, indentOf(level)), 0) + roomRem}rem`;

/** The tree of the project's files, including files that an agent is writing. */
export function FileTree({ files, shown, dirty, onRename, onDelete, onMove, onUpload }: FileTreeProps) {
  const { openFile, writing, role } = useWorkspace();
  const isEditor = role !== "viewer";
  const { closed, toggle } = useClosedFolders();
  const box = useRef<HTMLDivElement>(null);
  const hot = useMemo(() => new Set(writing.map((file) => file.path)), [writing]);
  const paths = useMemo(() => [...files.map((file) => file.path), ...hot], [files, hot]);
  const rows = useMemo(() => treeRows(paths, closed), [paths, closed]);
  const minWidth = useMemo(() => widthOf(rows), [rows]);
  const pick = useCallback(
    (row: TreeRow) => (row.kind === "folder" ? toggle(row.path) : openFile(row.path)),
    [toggle, openFile],
  );
  // A file that is being written belongs to the run, and so do the folders above it.
  const isHot = (path: string) => writing.some((file) => file.path === path || file.path.startsWith(`${path}/`));
  const unlessHot = (act: (path: string) => void) => (path: string) => isHot(path) || act(path);
  const change: Keys["change"] = isEditor ? { F2: unlessHot(onRename), Delete: unlessHot(onDelete) } : {};
  const drop = useTreeDrop({
    onMove: (from, to) => isHot(from) || onMove(from, to),
    onUpload: (folder, entries) => onUpload(folder, { entries }),
  });
  // Tab reaches only one row: the row that had the focus last, otherwise the open file.
  const [visited, setVisited] = useState<string | null>(null);
  // Only the row under the pointer renders its buttons: those of all rows made up half of the tree's elements.
  const [pointed, setPointed] = useState<string | null>(null);
  const hasNoPointer = useMedia("(hover: none)");
  const current = useMemo(() => {
    const at = rows.findIndex((row) => row.path === visited);
    return at !== -1
      ? at
      : Math.max(
          0,
          rows.findIndex((row) => row.path === shown),
        );
  }, [rows, visited, shown]);
  const rowHeight = useMedia("(pointer: coarse)") ? rowHeights.coarse : rowHeights.fine;
  const keyOf = useCallback((index: number) => rows[index]?.path ?? index, [rows]);
  const list = useWindow({ count: rows.length, box, keyOf, rowHeight, kept: current, gap: 1, overscan: 6 });
  const reveal = useEffectEvent((path: string) => {
    const at = rows.findIndex((row) => row.path === path);
    if (at !== -1) list.scrollToRow(at);
  });
  useEffect(() => {
    if (shown !== undefined) reveal(shown);
  }, [shown]);
  return (
    <div
      ref={box}
      className={`min-h-0 flex-1 overflow-auto py-1.5 ${drop.target === "" ? "bg-ember-wash" : ""}`}
      {...(isEditor ? drop.events : {})}
    >
      {/* biome-ignore lint/a11y/noStaticElementInteractions: it is a tree where it has a row */}
      <div
        // A tree role requires at least one item.
        {...(rows.length > 0 ? { role: "tree", "aria-label": "Files" } : {})}
        tabIndex={-1}
        className="relative outline-none"
        style={{ height: list.height, minWidth }}
        onFocus={({ target }) => setVisited(target.closest("[data-path]")?.getAttribute("data-path") ?? null)}
        onPointerOver={({ target }) =>
          target instanceof Element && setPointed(target.closest("[data-path]")?.getAttribute("data-path") ?? null)
        }
        onPointerLeave={() => setPointed(null)}
        onKeyDown={(event) => onTreeKey(event, { rows, pick, toggle, focusRow: list.focusRow, change })}
      >
        {list.rows.map(({ index, start }) => {
          const row = rows[index];
          if (row === undefined) return null;
          return (
            <TreeRowView
              key={row.path}
              row={row}
              index={index}
              top={start}
              selected={row.kind === "file" && row.path === shown}
              focusable={index === current}
              closed={closed.has(row.path)}
              hot={hot.has(row.path)}
              dirty={dirty.has(row.path)}
              target={drop.target === row.path}
              isEditable={isEditor}
              hasActions={hasNoPointer || row.path === pointed || row.path === visited}
              onPick={pick}
              onRename={onRename}
              onDelete={onDelete}
            />
          );
        })}
      </div>
    </div>
  );
}
