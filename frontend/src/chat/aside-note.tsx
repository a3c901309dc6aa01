import { Undo2, X } from "lucide-react";
import { Button, IconButton } from "../ui/button.tsx";
import { asideKey, useDraft } from "./drafts.ts";
import { forgetAside, putBack } from "./set-aside.ts";

/** Offers to restore the draft that another text replaced in the box. */
export function AsideNote({ draftKey }: { draftKey: string }) {
  const { typed } = useDraft(asideKey(draftKey));
  if (typed === "") return null;
  return (
    <div
      role="status"
      className="mb-1.5 flex items-center gap-2 rounded-md bg-sunken py-1 pr-1 pl-2.5 text-xs text-soft"
    >
      <span title={typed} className="min-w-0 flex-1 truncate">
        What you typed is kept: {typed}
      </span>
      <Button small tone="quiet" onClick={() => putBack(draftKey)}>
        <Undo2 size={13} /> Put it back
      </Button>
      <IconButton label="Forget what you typed" onClick={() => forgetAside(draftKey)}>
        <X size={14} />
      </IconButton>
    </div>
  );
}
