import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { pages } from "../api/client.ts";
import { keys } from "../api/queries.ts";
import { readPreviewLogs } from "../api/runs.ts";
import { Button } from "../ui/button.tsx";
import { Failure, Skeleton } from "../ui/feedback.tsx";
import { useWorkspace } from "../workspace/workspace-context.ts";

type LogEntry = Awaited<ReturnType<typeof readPreviewLogs>>["data"][number];

const tones: Record<LogEntry["level"], string> = {
  debug: "text-faint",
  info: "text-soft",
  warn: "text-warn",
  error: "text-bad",
};

function LogLine({ log }: { log: LogEntry }) {
  const { openFile } = useWorkspace();
  const { path, line } = log;
  return (
    <li className={`flex gap-3 border-b border-line px-3 py-1 ${tones[log.level]}`}>
      <time className="shrink-0 text-faint">{new Date(log.at).toLocaleTimeString()}</time>
      <span className="w-14 shrink-0 text-faint">{log.source}</span>
      <span className="min-w-0 flex-1 break-words whitespace-pre-wrap">{log.message}</span>
      {path !== undefined && (
        <button type="button" className="shrink-0 hover:underline" onClick={() => openFile(path, line)}>
          {path}
          {line !== undefined && `:${line}`}
        </button>
      )}
    </li>
  );
}

/** The log of the app's server, pages and build, polled while it is open. */
export function Console() {
  const { projectId } = useWorkspace();
  const end = useRef<HTMLLIElement>(null);
  const query = useInfiniteQuery({
    queryKey: keys.logs(projectId),
    queryFn: ({ pageParam }) => readPreviewLogs(projectId, pageParam),
    ...pages,
    refetchInterval: 3_000,
  });
  const lines = (query.data?.pages ?? []).flatMap((page) => page.data).reverse();
  const newest = lines.at(-1);
  // biome-ignore lint/correctness/useExhaustiveDependencies: it scrolls because a line came
  useEffect(() => {
    end.current?.scrollIntoView({ block: "nearest" });
  }, [newest]);
  return (
    <section
      aria-label="Console"
      className="h-52 shrink-0 overflow-y-auto border-t border-line bg-surface font-mono text-xs"
    >
      {query.isPending && <Skeleton lines={2} />}
      {query.isError && <Failure error={query.error} />}
      {query.isSuccess && lines.length === 0 && <p className="p-3 text-faint">No logs yet.</p>}
      {query.hasNextPage && (
        <div className="p-2 text-center">
          <Button small busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            Load older logs
          </Button>
        </div>
      )}
      <ul>
        {lines.map((log, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines have no id, and none has a state
          <LogLine key={`${log.at}-${index}`} log={log} />
        ))}
        <li ref={end} />
      </ul>
    </section>
  );
}
