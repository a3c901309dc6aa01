import { useInfiniteQuery } from "@tanstack/react-query";
import { Eraser } from "lucide-react";
import { type Ref, useEffect, useEffectEvent, useMemo, useRef, useState } from "react";
import { pages } from "../api/client.ts";
import { keys } from "../api/queries.ts";
import { readPreviewLogs } from "../api/runs.ts";
import { Button } from "../ui/button.tsx";
import { Failure, Skeleton } from "../ui/feedback.tsx";
import { useWindow } from "../ui/use-window.ts";
import { useWorkspace } from "../workspace/workspace-context.ts";
import { NetworkList } from "./network-list.tsx";
import type { RequestLog } from "./request-log.ts";
import { uniqueKeys } from "./unique-keys.ts";

type LogEntry = Awaited<ReturnType<typeof readPreviewLogs>>["data"][number];

const tones: Record<LogEntry["level"], string> = {
  debug: "text-faint",
  info: "text-soft",
  warn: "text-warn",
  error: "text-bad",
};

type LogLineProps = { ref: Ref<HTMLLIElement>; log: LogEntry; index: number; top: number };

function LogLine({ ref, log, index, top }: LogLineProps) {
  const { openFile } = useWorkspace();
  const { path, line } = log;
  return (
    <li
      ref={ref}
      data-index={index}
      style={{ transform: `translateY(${top}px)` }}
      className={`absolute inset-x-0 top-0 flex gap-x-3 border-b max-sm:flex-wrap border-line px-3 py-1 ${tones[log.level]}`}
    >
      <time className="shrink-0 text-faint max-sm:hidden">{new Date(log.at).toLocaleTimeString()}</time>
      <span className="w-14 shrink-0 text-faint">{log.source}</span>
      <span className="min-w-0 flex-1 break-words whitespace-pre-wrap">{log.message}</span>
      {path !== undefined && (
        <button
          type="button"
          className="shrink-0 text-left hover:underline max-sm:w-full"
          onClick={() => openFile(path, line || undefined)}
        >
          {path}
          {/* An error of a whole file is at line 0. */}
          {line !== undefined && line > 0 && `:${line}`}
        </button>
      )}
    </li>
  );
}

type Filter = { text: string; level: "all" | LogEntry["level"]; source: "all" | LogEntry["source"]; since: string };

const levels = ["debug", "info", "warn", "error"] as const satisfies readonly LogEntry["level"][];

const isShown = (log: LogEntry, { text, level, source, since }: Filter): boolean =>
  log.at > since &&
  (level === "all" || levels.indexOf(log.level) >= levels.indexOf(level)) &&
  (source === "all" || log.source === source) &&
  `${log.message} ${log.path ?? ""}`.toLowerCase().includes(text.toLowerCase());

const selectClass = "h-7 rounded-md border border-line bg-raised px-1.5";

type FilterBarProps = { filter: Filter; sources: readonly string[]; onFilter: (filter: Filter) => void };

function FilterBar({ filter, sources, onFilter }: FilterBarProps) {
  return (
    <div className="flex shrink-0 flex-wrap items-center gap-2 border-b border-line px-2 py-1 font-sans text-xs">
      <input
        type="search"
        aria-label="Filter the console"
        placeholder="Filter…"
        value={filter.text}
        onChange={(event) => onFilter({ ...filter, text: event.target.value })}
        className="h-7 min-w-28 flex-1 rounded-md border border-line bg-raised px-2"
      />
      <select
        aria-label="Level"
        value={filter.level}
        onChange={({ target }) =>
          onFilter({ ...filter, level: levels.find((level) => level === target.value) ?? "all" })
        }
        className={selectClass}
      >
        <option value="all">All levels</option>
        <option value="info">Info and worse</option>
        <option value="warn">Warnings and errors</option>
        <option value="error">Errors</option>
      </select>
      <select
        aria-label="Source"
        value={filter.source}
        onChange={({ target }) => onFilter({ ...filter, source: isSource(target.value) ? target.value : "all" })}
        className={selectClass}
      >
        <option value="all">All sources</option>
        {sources.map((source) => (
          <option key={source} value={source}>
            {source}
          </option>
        ))}
      </select>
      <Button small onClick={() => onFilter({ ...filter, since: new Date().toISOString() })}>
        <Eraser size={13} /> Clear
      </Button>
    </div>
  );
}

// A record, so that a source added to the contract is a type error until the filter offers it.
const sourceNames: Record<LogEntry["source"], true> = { browser: true, server: true, build: true, egress: true };
const isSource = (value: string): value is LogEntry["source"] => Object.hasOwn(sourceNames, value);

const lineHeight = 25;

/**
 * The filters by project. Cleared entries stay cleared while the page is open, even if the console is closed meanwhile.
 */
const filters = new Map<string, Filter>();
const everything: Filter = { text: "", level: "all", source: "all", since: "" };

function useFilter(projectId: string) {
  const [filter, setFilter] = useState(filters.get(projectId) ?? everything);
  const change = (next: Filter) => {
    filters.set(projectId, next);
    setFilter(next);
  };
  return [filter, change] as const;
}

/** Shows the log of the app's server, pages and build, and polls it while it is open. */
function Logs() {
  const { projectId } = useWorkspace();
  const box = useRef<HTMLDivElement>(null);
  const [filter, setFilter] = useFilter(projectId);
  const query = useInfiniteQuery({
    queryKey: keys.logs(projectId),
    queryFn: ({ pageParam }) => readPreviewLogs(projectId, pageParam),
    ...pages,
    refetchInterval: 3_000,
  });
  const all = useMemo(() => (query.data?.pages ?? []).flatMap((page) => page.data).reverse(), [query.data]);
  const lines = useMemo(() => all.filter((log) => isShown(log, filter)), [all, filter]);
  const keysOfLines = useMemo(() => uniqueKeys(lines), [lines]);
  const list = useWindow({
    count: lines.length,
    box,
    keyOf: (index) => keysOfLines[index] ?? index,
    rowHeight: lineHeight,
    anchorTo: "end",
  });
  const newest = lines.at(-1);
  const toEnd = useEffectEvent(() => list.scrollToRow(lines.length - 1));
  useEffect(() => {
    if (newest !== undefined) toEnd();
  }, [newest]);
  return (
    <>
      <FilterBar filter={filter} sources={Object.keys(sourceNames)} onFilter={setFilter} />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, which the keyboard must reach */}
      <div ref={box} tabIndex={0} className="min-h-0 flex-1 overflow-y-auto">
        {query.isPending && <Skeleton lines={2} />}
        {query.isError && <Failure error={query.error} />}
        {query.isSuccess && lines.length === 0 && (
          <p className="p-3 text-faint">{all.length === 0 ? "No logs yet." : "No entry matches."}</p>
        )}
        {query.hasNextPage && (
          <div className="p-2 text-center">
            <Button small busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
              Load older logs
            </Button>
          </div>
        )}
        <ul className="relative" style={{ height: list.height }}>
          {list.rows.map(({ index, start, key }) => {
            const log = lines[index];
            return log && <LogLine key={key} ref={list.measure} log={log} index={index} top={start} />;
          })}
        </ul>
      </div>
    </>
  );
}

const views = ["Log", "Network"] as const;

/** A tab of the console. */
export type ConsoleView = (typeof views)[number];

/** Parses the stored tab of the console; null while the console is closed. */
export const readConsole = (kept: unknown): ConsoleView | null => views.find((view) => view === kept) ?? null;

type ConsoleProps = { view: ConsoleView; onView: (view: ConsoleView) => void; requests: RequestLog };

/** Shows the app's log, or its page's requests. */
export function Console({ view, onView, requests }: ConsoleProps) {
  return (
    <section
      aria-label="Console"
      className="flex h-56 shrink-0 flex-col border-t border-line bg-surface font-mono text-xs"
    >
      <fieldset className="flex shrink-0 gap-1 px-2 pt-1 font-sans">
        <legend className="sr-only">Shown in the console</legend>
        {views.map((one) => (
          <label
            key={one}
            className="cursor-pointer rounded px-2 py-0.5 text-xs text-soft has-checked:bg-sunken has-checked:text-ink has-focus-visible:outline-2 has-focus-visible:outline-ember"
          >
            <input
              type="radio"
              name="console-view"
              className="sr-only"
              checked={view === one}
              onChange={() => onView(one)}
            />
            {one}
          </label>
        ))}
      </fieldset>
      {view === "Log" ? <Logs /> : <NetworkList log={requests} />}
    </section>
  );
}
