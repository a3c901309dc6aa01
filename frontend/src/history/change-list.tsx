import { ChevronRight } from "lucide-react";
import { useState } from "react";
import type { ChangeAction } from "../../../worker/contract/index.ts";
import { Button } from "../ui/button.tsx";
import { useWorkspace } from "../workspace/workspace-context.ts";
import { DiffView } from "./diff-view.tsx";

const tones: Record<ChangeAction, string> = {
  created: "text-good",
  updated: "text-warn",
  deleted: "text-bad",
  moved: "text-soft",
};

/** A changed file, with the hashes of its content before and after. */
export type Change = {
  path: string;
  action: ChangeAction;
  before: string | null;
  after: string | null;
  from?: string | undefined;
};

function ChangeRow({ change, startsOpen }: { change: Change; startsOpen: boolean }) {
  const { projectId, openFile } = useWorkspace();
  const [open, setOpen] = useState(startsOpen);
  return (
    <li className="border-b border-line">
      <div className="flex items-center gap-2 pr-3">
        <button
          type="button"
          aria-expanded={open}
          onClick={() => setOpen(!open)}
          className="flex min-w-0 flex-1 items-center gap-2 px-3 py-2 text-left"
        >
          <ChevronRight size={13} className={`shrink-0 text-faint transition-transform ${open ? "rotate-90" : ""}`} />
          <span className={`w-14 shrink-0 text-xs ${tones[change.action]}`}>{change.action}</span>
          <span className="stamp truncate">
            {change.from !== undefined && `${change.from} → `}
            {change.path}
          </span>
        </button>
        {change.after !== null && (
          <Button small tone="quiet" onClick={() => openFile(change.path)}>
            Open file
          </Button>
        )}
      </div>
      {open && <DiffView projectId={projectId} before={change.before} after={change.after} />}
    </li>
  );
}

/** With more changes than this, their diffs start collapsed. */
const maxOpen = 3;
/** The number of files listed at first, and the number that each press of the button adds. */
const step = 100;

/** Lists changed files, each with its diff. */
export function ChangeList({ changes }: { changes: readonly Change[] }) {
  const [shown, setShown] = useState(step);
  return (
    <>
      <ul aria-label="Changes">
        {changes.slice(0, shown).map((change) => (
          <ChangeRow key={change.path} change={change} startsOpen={changes.length <= maxOpen} />
        ))}
      </ul>
      {changes.length > shown && (
        <div className="p-3 text-center">
          <Button small onClick={() => setShown(shown + step)}>
            Show more files
          </Button>
        </div>
      )}
    </>
  );
}
