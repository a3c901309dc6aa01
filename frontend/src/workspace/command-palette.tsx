import { useQuery } from "@tanstack/react-query";
import { File, Search, Zap } from "lucide-react";
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from "react";
import { errorMessage } from "../api/client.ts";
import { filesQuery } from "../api/files-query.ts";
import { searchFiles } from "../api/projects.ts";
import { Dialog } from "../ui/dialog.tsx";
import { useDebounced } from "../ui/use-debounced.ts";
import { type Command, findCommands } from "./find-commands.ts";
import { useWorkspace } from "./workspace-context.ts";

const icons = { action: Zap, file: File, line: Search } as const;
const typingPauseMs = 200;
const minSearch = 2;
/** The API's maximum length of a search, in characters. */
const maxSearch = 500;

type Found = { found: Command[]; searching: boolean; error: Error | null; isCut: boolean };

/** Returns the matches: actions and files by name, and, from two typed characters on, lines of files. */
function useFound(typed: string, actions: readonly Command[]): Found {
  const { projectId, head, openFile } = useWorkspace();
  const files = useQuery(filesQuery(projectId)).data?.data;
  const q = useDebounced(typed.trim(), typingPauseMs);
  const search = useQuery({
    queryKey: ["project", projectId, "search", head, q],
    queryFn: () => searchFiles(projectId, q),
    enabled: q.length >= minSearch,
  });
  const lines = search.data?.data;
  const found = useMemo(() => {
    const open = (files ?? []).map(
      ({ path }): Command => ({ id: path, kind: "file", title: path, detail: "", run: () => openFile(path) }),
    );
    const hits = (q === typed.trim() ? (lines ?? []) : []).map(
      ({ path, line, text }): Command => ({
        id: `${path}:${line}`,
        kind: "line",
        title: text.trim(),
        detail: `${path}:${line}`,
        run: () => openFile(path, line),
      }),
    );
    return [...findCommands(typed.trim() === "" ? actions : [...actions, ...open], typed), ...hits];
  }, [actions, files, lines, openFile, q, typed]);
  const isTyping = q !== typed.trim() && typed.trim().length >= minSearch;
  return {
    found,
    searching: search.isFetching || isTyping,
    error: isTyping ? null : search.error,
    isCut: !isTyping && search.data?.truncated === true,
  };
}

function statusOf({ found, searching, error, isCut }: Found): string {
  if (error !== null) return `Couldn't search the files. ${errorMessage(error)}`;
  if (isCut) return "More lines match. Keep typing to narrow the results.";
  if (found.length > 0) return "";
  return searching ? "Searching…" : "Nothing found.";
}

type OptionProps = { id: string; command: Command; isCurrent: boolean; onPick: () => void };

function Option({ id, command: { kind, title, detail }, isCurrent, onPick }: OptionProps) {
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (isCurrent) ref.current?.scrollIntoView({ block: "nearest" });
  }, [isCurrent]);
  const Icon = icons[kind];
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the text field handles the keys of all options
    // biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the text field
    <div
      ref={ref}
      id={id}
      role="option"
      aria-selected={isCurrent}
      onClick={onPick}
      className={`flex cursor-pointer items-center gap-2.5 rounded-md px-2.5 py-1.5 text-sm ${isCurrent ? "bg-ember-wash text-ember-deep" : "hover:bg-sunken"}`}
    >
      <Icon size={13} className="shrink-0 text-faint" />
      <span className={`min-w-0 truncate ${kind === "action" ? "" : "stamp"}`}>{title}</span>
      {detail !== "" && <span className="stamp ml-auto max-w-[50%] shrink-0 truncate text-faint">{detail}</span>}
    </div>
  );
}

/** Finds files by name, lines by their text, and actions. Fully usable by keyboard. */
export function CommandPalette({ actions, onClose }: { actions: readonly Command[]; onClose: () => void }) {
  const id = useId();
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  const { found, searching, error, isCut } = useFound(typed, actions);
  const current = Math.min(at, found.length - 1);
  const pick = (command: Command | undefined) => {
    if (command === undefined) return;
    onClose();
    command.run();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step !== 0) setAt((current + step + found.length) % Math.max(found.length, 1));
    else if (event.key === "Enter" && !event.nativeEvent.isComposing) pick(found[current]);
    else return;
    event.preventDefault();
  };
  return (
    <Dialog title="Find anything" onClose={onClose}>
      <input
        role="combobox"
        aria-label="Find files, text and actions"
        aria-expanded
        aria-controls={`${id}-list`}
        aria-activedescendant={found.length === 0 ? undefined : `${id}-${current}`}
        aria-autocomplete="list"
        autoFocus
        className="input"
        placeholder="A file, a text in the files, or an action…"
        value={typed}
        maxLength={maxSearch}
        onChange={(event) => {
          setTyped(event.target.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div id={`${id}-list`} role="listbox" aria-label="Results" className="-mx-2 mt-2 max-h-80 overflow-y-auto">
        {found.map((command, index) => (
          <Option
            key={`${command.kind}-${command.id}`}
            id={`${id}-${index}`}
            command={command}
            isCurrent={index === current}
            onPick={() => pick(command)}
          />
        ))}
      </div>
      <p role="status" className="mt-1 text-xs text-faint">
        {statusOf({ found, searching, error, isCut })}
      </p>
    </Dialog>
  );
}
