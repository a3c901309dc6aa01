import { useMutation, useQuery } from "@tanstack/react-query";
import { Send, Trash2 } from "lucide-react";
import { useState } from "react";
import type { Delivery, Webhook } from "../../../worker/contract/index.ts";
import { deleteWebhook, listDeliveries, testWebhook, updateWebhook } from "../api/account.ts";
import { keys, queryClient } from "../api/queries.ts";
import { Button, IconButton } from "../ui/button.tsx";
import { Confirm } from "../ui/dialog.tsx";
import { plural, timeAgo } from "../ui/format.ts";
import { Failure, Skeleton } from "../ui/states.tsx";
import { toast } from "../ui/toast.tsx";

const refresh = () => queryClient.invalidateQueries({ queryKey: keys.webhooks });
const toneOf: Record<Delivery["status"], string> = { succeeded: "text-good", failed: "text-bad", pending: "text-warn" };

function DeliveryRow({ delivery }: { delivery: Delivery }) {
  const answer = delivery.responseStatus ?? delivery.error;
  return (
    <li className="stamp flex flex-wrap gap-x-3 py-1">
      <span className={toneOf[delivery.status]}>{delivery.status}</span>
      <span>{delivery.type}</span>
      <span className="text-faint">
        {plural(delivery.attempts, "attempt")}
        {answer !== null && `, ${answer}`} · {timeAgo(delivery.createdAt)}
      </span>
    </li>
  );
}

function Deliveries({ webhookId }: { webhookId: string }) {
  const query = useQuery({
    queryKey: keys.deliveries(webhookId),
    queryFn: () => listDeliveries(webhookId),
    refetchInterval: 4_000,
  });
  if (query.isPending) return <Skeleton lines={2} />;
  if (query.isError) return <Failure error={query.error} />;
  if (query.data.data.length === 0) return <p className="mt-2 text-xs text-faint">Nothing was sent yet.</p>;
  return (
    <ul aria-label="Deliveries" className="mt-2 border-t border-line pt-2">
      {query.data.data.map((delivery) => (
        <DeliveryRow key={delivery.id} delivery={delivery} />
      ))}
    </ul>
  );
}

function Actions({ webhook, onSent, onDelete }: { webhook: Webhook; onSent: () => void; onDelete: () => void }) {
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
      <IconButton label={`Delete ${webhook.url}`} onClick={onDelete}>
        <Trash2 size={14} />
      </IconButton>
    </div>
  );
}

export function WebhookRow({ webhook }: { webhook: Webhook }) {
  const [asked, setAsked] = useState(false);
  const [open, setOpen] = useState(false);
  const remove = useMutation({ mutationFn: () => deleteWebhook(webhook.id), onSuccess: refresh });
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
        <Actions webhook={webhook} onSent={() => setOpen(true)} onDelete={() => setAsked(true)} />
      </div>
      {open && <Deliveries webhookId={webhook.id} />}
      {asked && (
        <Confirm
          title="Delete this webhook?"
          text={`Nothing more is sent to ${webhook.url}.`}
          action="Delete"
          busy={remove.isPending}
          onConfirm={() => remove.mutate()}
          onClose={() => setAsked(false)}
        />
      )}
    </li>
  );
}
