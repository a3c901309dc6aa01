import { KeyRound, WifiOff } from "lucide-react";
import type { ReactNode } from "react";
import { useSession } from "../sign-in/use-session.ts";
import { initialsOf, type OtherViewer, otherViewers } from "./other-viewers.ts";
import type { Live } from "./use-live.ts";

function Badge({ words, children }: { words: string; children: ReactNode }) {
  return (
    <li
      title={words}
      className="grid size-6 animate-rise place-items-center rounded-full border border-line-strong bg-raised text-[0.625rem] font-semibold text-soft"
    >
      <span aria-hidden="true">{children}</span>
      <span className="sr-only">{words}</span>
    </li>
  );
}

type BadgesProps = { others: readonly OtherViewer[]; most: number; className: string };

/** One badge per viewer; beyond the maximum, the last one counts the rest. */
function Badges({ others, most, className }: BadgesProps) {
  const shown = others.length > most ? others.slice(0, most - 1) : others;
  const more = others.slice(shown.length);
  return (
    <ul aria-label="Also viewing" className={`shrink-0 -space-x-1.5 ${className}`}>
      {shown.map(({ key, kind, name, words }) => (
        <Badge key={key} words={words}>
          {kind === "token" ? <KeyRound size={11} /> : initialsOf(name)}
        </Badge>
      ))}
      {more.length > 0 && <Badge words={more.map(({ words }) => words).join("; ")}>+{more.length}</Badge>}
    </ul>
  );
}

/** The other viewers of the project, or a sign that live updates are paused. */
export function Presence({ live }: { live: Live }) {
  const { user } = useSession();
  if (live.status === "down") {
    const words = "Live updates paused. Refreshing every 30 seconds.";
    return (
      <span role="img" aria-label={words} title={words} className="shrink-0 text-faint">
        <WifiOff size={14} />
      </span>
    );
  }
  const others = live.status === "deleted" ? [] : otherViewers(live.viewers, user?.id);
  if (others.length === 0) return null;
  return (
    <>
      <Badges others={others} most={3} className="hidden sm:flex" />
      <Badges others={others} most={1} className="flex sm:hidden" />
    </>
  );
}
