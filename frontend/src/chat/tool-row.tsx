import {
  ChevronRight,
  Eye,
  FilePenLine,
  FileSearch,
  FileX2,
  FolderTree,
  Globe,
  Hammer,
  KeyRound,
  ListChecks,
  MessageCircleQuestion,
  MoveRight,
  Package,
  ScrollText,
  Search,
  TriangleAlert,
} from "lucide-react";
import type { ComponentType } from "react";
import { useOpened } from "./opened-state.tsx";
import type { ToolItem } from "./run-view.ts";
import { ToolBody } from "./tool-body.tsx";
import { inputOf, toolLabel } from "./tool-labels.ts";

const icons: Record<string, ComponentType<{ size?: number; className?: string }>> = {
  list_files: FolderTree,
  read_files: FileSearch,
  search_files: Search,
  write_files: FilePenLine,
  edit_file: FilePenLine,
  move_file: MoveRight,
  delete_files: FileX2,
  check: ListChecks,
  request_preview: Globe,
  view_page: Eye,
  page_errors: TriangleAlert,
  read_logs: ScrollText,
  package_info: Package,
  list_access: KeyRound,
  request_access: KeyRound,
  ask_user: MessageCircleQuestion,
};

type ToolRowProps = { item: ToolItem; live: boolean };

/**
 * Shows a tool call in one line. The line expands to the call's input and result; while streaming, to the growing text.
 */
export function ToolRow({ item, live }: ToolRowProps) {
  const [opened, setOpened] = useOpened(item.key);
  const input = inputOf(item);
  const { verb, subject } = toolLabel(item, input);
  const writing = live && item.done === null;
  const open = opened ?? (writing && item.name === "write_files");
  const Icon = icons[item.name] ?? Hammer;
  const failed = item.done?.isError === true;
  const stopped = !live && item.done === null;
  return (
    <div
      data-tool={item.name}
      className={`overflow-hidden rounded-md border ${writing ? "border-ember/50 bg-ember-wash/50" : "border-line bg-surface"}`}
    >
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpened(!open)}
        className="flex w-full min-w-0 items-center gap-2 px-2.5 py-1.5 text-left text-sm"
      >
        <ChevronRight size={13} className={`shrink-0 text-faint transition-transform ${open ? "rotate-90" : ""}`} />
        <Icon
          size={14}
          className={`shrink-0 ${writing ? "animate-heat text-ember" : failed ? "text-bad" : "text-soft"}`}
        />
        <span className="shrink-0">{stopped ? "Stopped" : verb}</span>
        <span className="stamp min-w-0 truncate text-soft">{subject}</span>
        {failed && item.name !== "page_errors" && <span className="shrink-0 text-xs text-bad">failed</span>}
      </button>
      {open && <ToolBody item={item} input={input} />}
    </div>
  );
}
