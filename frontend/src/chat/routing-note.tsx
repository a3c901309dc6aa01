import { Waypoints } from "lucide-react";
import type { Routing } from "./run-view.ts";

type RoutingNoteProps = { agent: string | null; titles: ReadonlyMap<string, string>; routing: Routing | null };

/** Who answers and why: the agent, the router's reason, how sure it was, and who came second. */
export function RoutingNote({ agent, titles, routing }: RoutingNoteProps) {
  const name = routing?.agent ?? agent;
  if (name === null) return null;
  const title = titles.get(name) ?? name;
  const second = routing?.candidates.find((one) => one.agent !== name);
  return (
    <div className="flex flex-wrap items-baseline gap-x-2 text-xs text-faint">
      <span className="inline-flex items-center gap-1.5 text-sm font-semibold text-ink">
        <Waypoints size={14} className="text-ember" /> {title}
      </span>
      {routing !== null && (
        <span className="min-w-0">
          {routing.reason} <span className="whitespace-nowrap">{Math.round(routing.confidence * 100)} % sure</span>
          {second !== undefined && routing.method !== "mention" && (
            <span>, before {titles.get(second.agent) ?? second.agent}</span>
          )}
        </span>
      )}
    </div>
  );
}
