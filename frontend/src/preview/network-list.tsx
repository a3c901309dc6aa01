import { Eraser } from "lucide-react";
import { useMemo, useState, useSyncExternalStore } from "react";
import { Button } from "../ui/button.tsx";
import type { RequestKind } from "./preview-message.ts";
import type { AppRequest, RequestLog } from "./request-log.ts";

const kinds: Record<RequestKind, string> = {
  fetch: "Fetch",
  script: "Script",
  style: "Style",
  picture: "Picture",
  font: "Font",
  media: "Media",
  page: "Page",
  socket: "Socket",
  events: "Events",
  beacon: "Beacon",
  other: "Other",
};

const isFailed = ({ status }: AppRequest): boolean => status !== null && (status === 0 || status >= 400);

function statusOf({ status }: AppRequest): string {
  if (status === null) return "unknown";
  return status === 0 ? "failed" : String(status);
}

const duration = (ms: number): string => (ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`);

function RequestRow({ request }: { request: AppRequest }) {
  const { at, kind, method, url, status, ms } = request;
  return (
    <tr className={`border-b border-line align-top ${isFailed(request) ? "text-bad" : "text-soft"}`}>
      <td className="py-1 pl-3 whitespace-nowrap text-faint max-sm:hidden">{at.toLocaleTimeString()}</td>
      <td className="py-1 pl-3 whitespace-nowrap">{kinds[kind]}</td>
      <td className="px-3 py-1">{method}</td>
      <td className="w-full py-1 break-all">{url}</td>
      <td
        className="px-3 py-1 text-right whitespace-nowrap"
        title={status === null ? "Browsers don't reveal the status of other sites' files." : undefined}
      >
        {statusOf(request)}
      </td>
      <td className="py-1 pr-3 text-right whitespace-nowrap text-faint">{duration(ms)}</td>
    </tr>
  );
}

/** Lists the requests of the app's page since the preview was opened, newest first. */
export function NetworkList({ log }: { log: RequestLog }) {
  const all = useSyncExternalStore(log.subscribe, log.all);
  const [text, setText] = useState("");
  const [onlyFailed, setOnlyFailed] = useState(false);
  const rows = useMemo(() => {
    const sought = text.toLowerCase();
    const isListed = (one: AppRequest) =>
      (!onlyFailed || isFailed(one)) &&
      `${kinds[one.kind]} ${one.method} ${one.url} ${statusOf(one)}`.toLowerCase().includes(sought);
    return all.filter(isListed).reverse();
  }, [all, text, onlyFailed]);
  return (
    <>
      <div className="flex shrink-0 flex-wrap items-center gap-2 border-b border-line px-2 py-1 font-sans text-xs">
        <input
          type="search"
          aria-label="Filter the requests"
          placeholder="Filter…"
          value={text}
          onChange={(event) => setText(event.target.value)}
          className="h-7 min-w-28 flex-1 rounded-md border border-line bg-raised px-2"
        />
        <label className="flex items-center gap-1.5 text-soft">
          <input type="checkbox" checked={onlyFailed} onChange={({ target }) => setOnlyFailed(target.checked)} />
          Failed only
        </label>
        <Button small onClick={() => log.clear()}>
          <Eraser size={13} /> Clear
        </Button>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, which the keyboard must reach */}
      <div tabIndex={0} className="min-h-0 flex-1 overflow-y-auto">
        {rows.length === 0 ? (
          <p className="p-3 text-faint">{all.length === 0 ? "No requests yet." : "No request matches."}</p>
        ) : (
          <table aria-label="Requests" className="w-full">
            <thead className="sr-only">
              <tr>
                <th className="max-sm:hidden">Time</th>
                <th>Kind</th>
                <th>Method</th>
                <th>Address</th>
                <th>Status</th>
                <th>Duration</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((request) => (
                <RequestRow key={request.id} request={request} />
              ))}
            </tbody>
          </table>
        )}
      </div>
    </>
  );
}
