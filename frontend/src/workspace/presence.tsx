import { KeyRound, WifiOff } from "lucide-react";
import type { ReactNode } from "react";
import { useSession } from "../sign-in/use-session.ts";
import { usePopup } from "../ui/use-popup.ts";
import { initialsOf, type OtherViewer, otherViewers } from "./other-viewers.ts";
import type { Live } from "./use-live.ts";

function Badge({ children }: { children: ReactNode }) {
  return (
    <span className="grid size-6 animate-rise place-items-center rounded-full border border-line-strong bg-raised text-[0.625rem] font-semibold text-soft">
      {children}
    </span>
  );
}

type BadgesProps = { others: readonly OtherViewer[]; most: number; className: string };

/** Shows one badge per viewer. Beyond the maximum, the last badge counts the others. */
function Badges({ others, most, className }: BadgesProps) {
  const shown = others.length > most ? others.slice(0, most - 1) : others;
  const more = others.length - shown.length;
  return (
    <span className={`-space-x-1.5 ${className}`}>
      {shown.map(({ key, kind, name }) => (
        <Badge key={key}>{kind === "token" ? <KeyRound size={11} /> : initialsOf(name)}</Badge>
      ))}
      {more > 0 && <Badge>+{more}</Badge>}
    </span>
  );
}

type InWordsProps = {
  /** The button's label, which starts with the visible letters, since voice control users speak those. */
  label: string;
  sign: ReactNode;
  /** The accessible name of the list. */
  name: string;
  words: readonly { key: string; text: string }[];
};

/** A compact sign in the header that explains itself when pressed. A screen reader always announces the explanation. */
function InWords({ label, sign, name, words }: InWordsProps) {
  const { open, setOpen, around } = usePopup();
  const shown =
    "absolute top-12 right-3 z-30 w-64 max-w-[calc(100vw-1.5rem)] animate-rise rounded-md border border-line-strong bg-raised p-2 text-sm shadow-lift md:top-full md:right-0 md:mt-1";
  return (
    <div {...around} className="flex shrink-0 md:relative">
      <button
        type="button"
        aria-expanded={open}
        title={words.map(({ text }) => text).join("; ")}
        className="grid h-7 min-w-7 place-items-center rounded-full text-faint hover:text-ink"
        onClick={() => setOpen(!open)}
      >
        {sign}
        <span className="sr-only">{label}</span>
      </button>
      <ul aria-label={name} className={open ? shown : "sr-only"}>
        {words.map(({ key, text }) => (
          <li key={key} className="px-1 py-0.5 wrap-anywhere">
            {text}
          </li>
        ))}
      </ul>
    </div>
  );
}

const paused = "Live updates paused. Refreshing every 30 seconds.";

/** Shows the project's other viewers, or that live updates are paused. */
export function Presence({ live }: { live: Live }) {
  const { user } = useSession();
  if (live.status === "down") {
    return (
      <InWords
        label="Live updates paused"
        name="Live updates"
        sign={<WifiOff size={14} />}
        words={[{ key: "paused", text: paused }]}
      />
    );
  }
  const others = live.status === "deleted" ? [] : otherViewers(live.viewers, user?.id);
  if (others.length === 0) return null;
  return (
    <InWords
      label={others.length === 1 ? "Also here: 1 other" : `Also here: ${others.length} others`}
      name="Also viewing"
      sign={
        <>
          <Badges others={others} most={3} className="hidden sm:flex" />
          <Badges others={others} most={1} className="flex sm:hidden" />
        </>
      }
      words={others.map(({ key, words }) => ({ key, text: words }))}
    />
  );
}
