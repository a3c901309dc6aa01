import { Waypoints } from "lucide-react";
import type { Routing } from "./run-view.ts";

type RoutingNoteProps = { agent: string | null; titles: ReadonlyMap<string, string>; routing: Routing | null };

/** Describes the router's confidence and the next-best agents, for a tooltip. */
function whyThisAgent({ agent, confidence, candidates }: Routing, titles: ReadonlyMap<string, string>): string {
  const others = candidates.filter((one) => one.agent !== agent).map((one) => titles.get(one.agent) ?? one.agent);
  const next = others.length === 0 ? "" : ` Next: ${others.join(", ")}.`;
  return `Why this agent? ${Math.round(confidence * 100)}% match.${next}`;
}

/** The agent that answers, and why it was picked. */
export function RoutingNote({ agent, titles, routing }: RoutingNoteProps) {
  const name = routing?.agent ?? agent;
  if (name === null) return null;
  return (
    <div className="flex flex-wrap items-baseline gap-x-2 text-xs text-faint">
      <span className="inline-flex items-center gap-1.5 text-sm font-semibold text-ink">
        <Waypoints size={14} className="text-ember" /> {titles.get(name) ?? name}
      </span>
      {routing !== null && (
        <span
          className="min-w-0 wrap-anywhere"
          title={routing.method === "mention" ? undefined : whyThisAgent(routing, titles)}
        >
          {routing.reason}
        </span>
      )}
    </div>
  );
}
