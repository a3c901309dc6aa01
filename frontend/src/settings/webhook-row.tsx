import { useMutation } from "@tanstack/react-query";
import { KeyRound, Send, Trash2 } from "lucide-react";
import { useState } from "react";
import type { Webhook } from "../../../worker/contract/index.ts";
import { deleteWebhook, rotateWebhookSecret, testWebhook, updateWebhook } from "../api/account.ts";
import { keys, queryClient } from "../api/queries.ts";
import { Button, IconButton } from "../ui/button.tsx";
import { Confirm } from "../ui/dialog.tsx";
import { toast } from "../ui/toast.tsx";
import { Deliveries } from "./deliveries.tsx";

const refresh = () => queryClient.invalidateQueries({ queryKey: keys.webhooks });
type ActionsProps = { webhook: Webhook; onSent: () => void; onRotate: () => void; onDelete: () => void };

function Actions({ webhook, onSent, onRotate, onDelete }: ActionsProps) {
  const test = useMutation({
    mutationFn: () => testWebhook(webhook.id),
    onSuccess: () => {
      toast("A test event is on its way.");
      onSent();
    },
  });
  const toggle = useMutation({
    mutationFn: () => updateWebhook(webhook.id, { enabled: !webhook.enabled }),
    onSuccess: refresh,
  });
  return (
    <div className="flex shrink-0 items-center gap-1">
      <Button small busy={toggle.isPending} onClick={() => toggle.mutate()}>
        {webhook.enabled ? "Disable" : "Enable"}
      </Button>
      <IconButton label={`Send a test to ${webhook.url}`} disabled={test.isPending} onClick={() => test.mutate()}>
        <Send size={14} />
      </IconButton>
      <IconButton label={`New secret for ${webhook.url}`} onClick={onRotate}>
        <KeyRound size={14} />
      </IconButton>
      <IconButton label={`Delete ${webhook.url}`} onClick={onDelete}>
        <Trash2 size={14} />
      </IconButton>
    </div>
  );
}

type RowProps = { webhook: Webhook; onSecret: (secret: string) => void };

export function WebhookRow({ webhook, onSecret }: RowProps) {
  const [asked, setAsked] = useState<"delete" | "rotate" | null>(null);
  const [open, setOpen] = useState(false);
  const close = () => setAsked(null);
  const remove = useMutation({
    meta: { shown: true },
    mutationFn: () => deleteWebhook(webhook.id),
    onSuccess: refresh,
  });
  const rotate = useMutation({
    meta: { shown: true },
    mutationFn: () => rotateWebhookSecret(webhook.id),
    onSuccess: ({ secret }) => {
      close();
      onSecret(secret);
    },
  });
  return (
    <li className="px-4 py-3">
      <div className="flex items-start gap-3">
        <div className="min-w-0 flex-1">
          <p className="stamp break-all">{webhook.url}</p>
          <p className="mt-1 text-xs text-soft">
            {webhook.description !== "" && `${webhook.description} · `}
            {webhook.events.join(", ")}
          </p>
          {!webhook.enabled && (
            <p className="mt-1 text-xs text-warn">Disabled{webhook.disabledReason && `: ${webhook.disabledReason}`}</p>
          )}
          <button
            type="button"
            aria-expanded={open}
            onClick={() => setOpen(!open)}
            className="mt-1 text-xs text-ember-deep underline underline-offset-4"
          >
            {open ? "Hide deliveries" : "Show deliveries"}
          </button>
        </div>
        <Actions
          webhook={webhook}
          onSent={() => setOpen(true)}
          onRotate={() => setAsked("rotate")}
          onDelete={() => setAsked("delete")}
        />
      </div>
      {open && <Deliveries webhookId={webhook.id} />}
      {asked === "rotate" && (
        <Confirm
          title="Make a new signing secret?"
          text="For a day everything is signed with both, so that you can change the address's secret meanwhile."
          action="Make it"
          busy={rotate.isPending}
          error={rotate.error}
          onConfirm={() => rotate.mutate()}
          onClose={close}
        />
      )}
      {asked === "delete" && (
        <Confirm
          title="Delete this webhook?"
          text={`Nothing more is sent to ${webhook.url}.`}
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
