import { useMutation } from "@tanstack/react-query";
import { Copy, KeyRound, Trash2 } from "lucide-react";
import { useState } from "react";
import type { Trigger } from "../../../worker/contract/index.ts";
import { keys, queryClient } from "../api/queries.ts";
import { deleteTrigger, rotateTriggerSecret, updateTrigger } from "../api/triggers.ts";
import { Button, IconButton } from "../ui/button.tsx";
import { Confirm } from "../ui/dialog.tsx";
import { toast } from "../ui/toast.tsx";
import { Receipts } from "./receipts.tsx";

const refresh = (trigger: Trigger) => queryClient.invalidateQueries({ queryKey: keys.triggers(trigger.projectId) });

type ActionsProps = { trigger: Trigger; onRotate: () => void; onDelete: () => void };

function Actions({ trigger, onRotate, onDelete }: ActionsProps) {
  const toggle = useMutation({
    mutationFn: () => updateTrigger(trigger.id, { enabled: !trigger.enabled }),
    onSuccess: () => refresh(trigger),
  });
  const copy = () =>
    navigator.clipboard.writeText(trigger.url).then(
      () => toast("The address is copied."),
      () => toast("The browser did not allow copying; select the text instead.", "bad"),
    );
  return (
    <div className="flex shrink-0 items-center gap-1">
      <Button small busy={toggle.isPending} onClick={() => toggle.mutate()}>
        {trigger.enabled ? "Disable" : "Enable"}
      </Button>
      <IconButton label={`Copy ${trigger.url}`} onClick={() => void copy()}>
        <Copy size={14} />
      </IconButton>
      <IconButton label={`New secret for ${trigger.url}`} onClick={onRotate}>
        <KeyRound size={14} />
      </IconButton>
      <IconButton label={`Delete ${trigger.url}`} onClick={onDelete}>
        <Trash2 size={14} />
      </IconButton>
    </div>
  );
}

type RowProps = { trigger: Trigger; onSecret: (secret: string) => void };

export function TriggerRow({ trigger, onSecret }: RowProps) {
  const [asked, setAsked] = useState<"delete" | "rotate" | null>(null);
  const [open, setOpen] = useState(false);
  const close = () => setAsked(null);
  const remove = useMutation({
    meta: { shown: true },
    mutationFn: () => deleteTrigger(trigger.id),
    onSuccess: () => refresh(trigger),
  });
  const rotate = useMutation({
    meta: { shown: true },
    mutationFn: () => rotateTriggerSecret(trigger.id),
    onSuccess: ({ secret }) => {
      close();
      onSecret(secret);
    },
  });
  const about = [trigger.kind, trigger.agent ?? "any agent", trigger.events.join(", ") || "all events"];
  return (
    <li className="px-4 py-3">
      <div className="flex items-start gap-3">
        <div className="min-w-0 flex-1">
          <p className="stamp break-all">{trigger.url}</p>
          <p className="mt-1 line-clamp-2 text-sm">{trigger.prompt}</p>
          <p className="mt-1 text-xs text-soft">{about.join(" · ")}</p>
          {!trigger.enabled && (
            <p className="mt-1 text-xs text-warn">Disabled{trigger.disabledReason && `: ${trigger.disabledReason}`}</p>
          )}
          <button
            type="button"
            aria-expanded={open}
            onClick={() => setOpen(!open)}
            className="mt-1 text-xs text-ember-deep underline underline-offset-4"
          >
            {open ? "Hide receipts" : "Show receipts"}
          </button>
        </div>
        <Actions trigger={trigger} onRotate={() => setAsked("rotate")} onDelete={() => setAsked("delete")} />
      </div>
      {open && <Receipts triggerId={trigger.id} />}
      {asked === "rotate" && (
        <Confirm
          title="Make a new secret?"
          text="For a day deliveries that are signed with the old one are taken too, so that you can change it at the sender meanwhile."
          action="Make it"
          busy={rotate.isPending}
          error={rotate.error}
          onConfirm={() => rotate.mutate()}
          onClose={close}
        />
      )}
      {asked === "delete" && (
        <Confirm
          title="Delete this trigger?"
          text="What is sent to its address from then on is refused."
          action="Delete"
          busy={remove.isPending}
          error={remove.error}
          onConfirm={() => remove.mutate()}
          onClose={close}
        />
      )}
    </li>
  );
}
