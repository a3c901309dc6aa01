import { X } from "lucide-react";
import { type KeyboardEvent, memo, useEffect } from "react";
import { useScrollIntoView } from "../ui/use-scroll-into-view.ts";
import { useWorkspace } from "../workspace/workspace-context.ts";
import { useDirtyPaths } from "./edit-drafts.ts";
import { closeTab, openTab, useTabs } from "./open-tabs.ts";

const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

/** Arrows, Home and End move the focus between the files; Delete closes the focused file. */
function onTabKey(event: KeyboardEvent<HTMLElement>, close: (path: string) => void) {
  const buttons = [...event.currentTarget.querySelectorAll<HTMLElement>("button[data-open]")];
  const at = buttons.findIndex((button) => button.matches(":focus"));
  const path = buttons[at]?.dataset.open;
  if (path === undefined) return;
  const moves: Record<string, number> = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 };
  const move = moves[event.key];
  if (move !== undefined) buttons.at(move % buttons.length)?.focus();
  else if (event.key === "Delete") {
    buttons.at(at === 0 ? 1 : at - 1)?.focus();
    close(path);
  } else return;
  event.preventDefault();
}

type FileTabProps = {
  path: string;
  isCurrent: boolean;
  isDirty: boolean;
  onOpen: (path: string) => void;
  onClose: (path: string) => void;
};

const FileTab = memo(function FileTab({ path, isCurrent, isDirty, onOpen, onClose }: FileTabProps) {
  return (
    <li
      className={`group relative flex max-w-[min(16rem,80vw)] shrink-0 items-center border-r border-line pr-1 text-xs ${isCurrent ? "bg-raised text-ink" : "text-soft hover:text-ink"}`}
      // The middle button closes a file, as in the browser's own tabs.
      onAuxClick={(event) => event.button === 1 && onClose(path)}
    >
      <button
        type="button"
        data-open={path}
        title={path}
        aria-current={isCurrent ? "page" : undefined}
        aria-keyshortcuts="Delete"
        className="flex h-8 min-w-0 items-center gap-1.5 pr-1 pl-3 -outline-offset-2"
        onClick={() => onOpen(path)}
      >
        <span className="truncate">{nameOf(path)}</span>
        {isDirty && (
          <span title="Unsaved" className="size-1.5 shrink-0 rounded-full bg-ember">
            <span className="sr-only">edited</span>
          </span>
        )}
      </button>
      <button
        type="button"
        aria-label={`Close ${path}`}
        tabIndex={-1}
        className="grid size-6 shrink-0 place-items-center rounded text-faint hover:bg-sunken hover:text-ink"
        onClick={() => onClose(path)}
      >
        <X size={12} />
      </button>
    </li>
  );
});

/** The tabs of the open files. Closing a tab keeps the file's unsaved edits, which the tree marks. */
export const FileTabs = memo(function FileTabs({ shown }: { shown: string | undefined }) {
  const { projectId, place, openFile, closeFile } = useWorkspace();
  const tabs = useTabs(projectId);
  const dirty = useDirtyPaths(projectId);
  const row = useScrollIntoView<HTMLElement>(shown !== undefined && tabs.includes(shown) ? shown : undefined);
  const opened = place?.path;
  useEffect(() => {
    if (opened !== undefined) openTab(projectId, opened);
  }, [projectId, opened]);
  if (tabs.length === 0) return null;
  const close = (path: string) => {
    const next = closeTab(projectId, path);
    if (path !== opened) return;
    if (next === null) closeFile();
    else openFile(next);
  };
  return (
    <nav
      ref={row}
      aria-label="Open files"
      className="shrink-0 overflow-x-auto border-b border-line [scrollbar-width:thin]"
    >
      <ul className="flex" onKeyDown={(event) => onTabKey(event, close)}>
        {tabs.map((path) => (
          <FileTab
            key={path}
            path={path}
            isCurrent={path === shown}
            isDirty={dirty.has(path)}
            onOpen={openFile}
            onClose={close}
          />
        ))}
      </ul>
    </nav>
  );
});
