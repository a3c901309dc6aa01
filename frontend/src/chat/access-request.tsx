import { KeyRound } from "lucide-react";
import { useState } from "react";
import type { AccessRequest as Access } from "../../../worker/contract/index.ts";
import { Button } from "../ui/button.tsx";
import { AccessDialog } from "./access-dialog.tsx";

type AccessRequestProps = {
  access: Access;
  /** The title of the requesting agent. */
  agent: string;
  answered: boolean;
  onAnswer: (text: string) => void;
};

/** An agent's request for access. It opens as a dialog, and stays in the conversation until the person answers it. */
export function AccessRequest({ access, agent, answered, onAnswer }: AccessRequestProps) {
  const [open, setOpen] = useState(true);
  const answer = (text: string) => {
    setOpen(false);
    onAnswer(text);
  };
  const carried = access.secret === undefined ? "" : ` with the secret ${access.secret}`;
  return (
    <section aria-label="Request for access" className="rounded-lg border border-ember bg-ember-wash p-3.5">
      <p className="font-medium wrap-anywhere">
        {agent} asks to let the app call {access.host}
        {carried}.
      </p>
      <div className="mt-3 flex flex-wrap gap-2">
        <Button tone="primary" disabled={answered} onClick={() => setOpen(true)}>
          <KeyRound size={14} /> Decide
        </Button>
      </div>
      {answered && <p className="mt-2 text-xs text-soft">Sending your answer…</p>}
      {open && !answered && (
        <AccessDialog access={access} agent={agent} onAnswer={answer} onClose={() => setOpen(false)} />
      )}
    </section>
  );
}
