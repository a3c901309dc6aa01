import { Waypoints } from "lucide-react";
import type { Routing } from "./run-view.ts";

type RoutingNoteProps = { agent: string | null; titles: ReadonlyMap<string, string>; routing: Routing | null };

/** Who came second, unless the reason names it already or the person chose. */
function secondOf(routing: Routing | null, name: string, titles: ReadonlyMap<string, string>): string | null {
  const candidate = routing?.candidates.find((one) => one.agent !== name)?.agent;
  if (routing === null || candidate === undefined || routing.method === "mention") return null;
  const title = titles.get(candidate) ?? candidate;
  return routing.reason.includes(title) ? null : title;
}

/** Who answers and why: the agent, the router's reason, how sure it was, and who came second. */
export function RoutingNote({ agent, titles, routing }: RoutingNoteProps) {
  const name = routing?.agent ?? agent;
  if (name === null) return null;
  const title = titles.get(name) ?? name;
  const second = secondOf(routing, name, titles);
  return (
    <div className="flex flex-wrap items-baseline gap-x-2 text-xs text-faint">
      <span className="inline-flex items-center gap-1.5 text-sm font-semibold text-ink">
        <Waypoints size={14} className="text-ember" /> {title}
      </span>
      {routing !== null && (
        <span className="min-w-0 wrap-anywhere">
          {routing.reason}
          {routing.method !== "mention" && (
            <span className="whitespace-nowrap"> {Math.round(routing.confidence * 100)} % sure</span>
          )}
          {second !== null && <span>, before {second}</span>}
        </span>
      )}
    </div>
  );
}
