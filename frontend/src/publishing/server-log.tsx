import { useInfiniteQuery } from "@tanstack/react-query";
import { RotateCw } from "lucide-react";
import { useState } from "react";
import { pages } from "../api/client.ts";
import { readServerLogs } from "../api/publishing.ts";
import { keys } from "../api/queries.ts";
import { uniqueKeys } from "../preview/unique-keys.ts";
import { Section } from "../settings/section.tsx";
import { Button } from "../ui/button.tsx";
import { Failure, Skeleton } from "../ui/feedback.tsx";

type LogEntry = Awaited<ReturnType<typeof readServerLogs>>["data"][number];

const tones: Record<LogEntry["level"], string> = {
  debug: "text-faint",
  info: "text-soft",
  warn: "text-warn",
  error: "text-bad",
};

type LogProps = { projectId: string; app: "published" | "staged" };

/** Shows the log of the published app's server. */
export function ServerLog({ projectId }: { projectId: string }) {
  return (
    <Section title="Server log" note="Output and errors of the published app's server, newest first.">
      <LogLines projectId={projectId} app="published" />
    </Section>
  );
}

/** Lists the log entries of an app's server, loaded when the log is opened. */
export function LogLines(props: LogProps) {
  const [isOpen, setIsOpen] = useState(false);
  return isOpen ? <Lines {...props} /> : <Button onClick={() => setIsOpen(true)}>Show log</Button>;
}

function Lines({ projectId, app }: LogProps) {
  const query = useInfiniteQuery({
    queryKey: keys.publishing(projectId, "log", app),
    queryFn: ({ pageParam }) => readServerLogs(projectId, app, pageParam),
    ...pages,
  });
  if (query.isPending) return <Skeleton lines={4} />;
  if (query.isError) return <Failure error={query.error} retry={() => void query.refetch()} />;
  const lines = query.data.pages.flatMap((page) => page.data);
  const keysOfLines = uniqueKeys(lines);
  return (
    <>
      <Button small className="mb-3" busy={query.isRefetching} onClick={() => void query.refetch()}>
        <RotateCw size={13} /> Reload
      </Button>
      {lines.length === 0 ? (
        <p className="text-sm text-faint">No output yet.</p>
      ) : (
        <section
          aria-label={`Log of the ${app} app`}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
          tabIndex={0}
          className="card max-h-80 overflow-y-auto"
        >
          <ul className="divide-y divide-line font-mono text-xs">
            {lines.map(({ at, level, source, message }, index) => (
              <li
                key={keysOfLines[index]}
                className={`flex gap-3 px-3 py-1.5 max-sm:flex-col max-sm:gap-0.5 ${tones[level]}`}
              >
                <time className="shrink-0 text-faint">{new Date(at).toLocaleString()}</time>
                <span className="w-12 shrink-0 text-faint">{source}</span>
                <span className="min-w-0 flex-1 break-words whitespace-pre-wrap">{message}</span>
              </li>
            ))}
          </ul>
          {query.hasNextPage && (
            <div className="p-2 text-center">
              <Button small busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                Load older entries
              </Button>
            </div>
          )}
        </section>
      )}
    </>
  );
}
