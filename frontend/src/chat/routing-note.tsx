import { Waypoints } from "lucide-react";
import { Button } from "../ui/button.tsx";
import { useWorkspace } from "../workspace/workspace-context.ts";
import type { Routing, RunView } from "./run-view.ts";
import { useResend } from "./use-resend.ts";

type Titles = ReadonlyMap<string, string>;
type RoutingNoteProps = { view: RunView; titles: Titles };

/** Below this confidence the router's choice is little better than a guess, and the note says so. */
const sureFrom = 0.6;
const maxOthers = 3;

const othersOf = ({ agent, candidates }: Routing): string[] =>
  candidates.map((one) => one.agent).filter((name) => name !== agent);

/** Describes the router's confidence and the next-best agents, for a tooltip. */
function whyThisAgent(routing: Routing, titles: Titles): string {
  const others = othersOf(routing).map((name) => titles.get(name) ?? name);
  const next = others.length === 0 ? "" : ` Next: ${others.join(", ")}.`;
  return `Why this agent? ${Math.round(routing.confidence * 100)}% match.${next}`;
}

/** Explains that the choice of the agent is uncertain, and offers the next-best agents. */
function Unsure({ view, routing, titles }: RoutingNoteProps & { routing: Routing }) {
  const { resend, cannotResend } = useResend(view);
  const others = othersOf(routing).slice(0, maxOthers);
  return (
    <span className="flex basis-full flex-wrap items-center gap-1.5 pt-1">
      <span>Not sure who fits best ({Math.round(routing.confidence * 100)}% match).</span>
      {others.map((name) => (
        <Button key={name} small disabled={cannotResend} onClick={() => resend(name)}>
          Ask {titles.get(name) ?? name}
        </Button>
      ))}
    </span>
  );
}

/** States that the run follows the project's rules, and links to them. */
function RulesNote({ path }: { path: string }) {
  const { openFile } = useWorkspace();
  return (
    <button type="button" className="hover:text-ember-deep hover:underline" onClick={() => openFile(path)}>
      Follows <span className="stamp">{path}</span>
    </button>
  );
}

/** Shows which agent answers, and why the router picked it. */
export function RoutingNote({ view, titles }: RoutingNoteProps) {
  const { agent, routing } = view;
  const name = routing?.agent ?? agent;
  if (name === null) return null;
  const isUnsure = routing !== null && routing.method !== "mention" && routing.confidence < sureFrom;
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
      {view.rules !== null && <RulesNote path={view.rules} />}
      {isUnsure && <Unsure view={view} routing={routing} titles={titles} />}
    </div>
  );
}
