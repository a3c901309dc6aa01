import { useMutation } from "@tanstack/react-query";
import { Send } from "lucide-react";
import type { Webhook } from "../../../worker/contract/index.ts";
import { deleteWebhook, rotateWebhookSecret, testWebhook, updateWebhook } from "../api/account.ts";
import { keys, queryClient } from "../api/queries.ts";
import { IconButton } from "../ui/button.tsx";
import { toast } from "../ui/toast.tsx";
import { Deliveries } from "./deliveries.tsx";
import { HookRow } from "./hook-row.tsx";

const refresh = () => queryClient.invalidateQueries({ queryKey: keys.webhooks });

function SendTest({ webhook, onSent }: { webhook: Webhook; onSent: () => void }) {
  const test = useMutation({
    mutationFn: () => testWebhook(webhook.id),
    onSuccess: () => {
      toast("Test event sent.");
      onSent();
    },
  });
  return (
    <IconButton label={`Send a test to ${webhook.url}`} disabled={test.isPending} onClick={() => test.mutate()}>
      <Send size={14} />
    </IconButton>
  );
}

type RowProps = { webhook: Webhook; onSecret: (secret: string) => void };

export function WebhookRow({ webhook, onSecret }: RowProps) {
  const about = (
    <p className="mt-1 text-xs text-soft">
      {webhook.description !== "" && `${webhook.description} · `}
      {webhook.events.join(", ")}
    </p>
  );
  return (
    <HookRow
      hook={webhook}
      about={about}
      logName="deliveries"
      log={<Deliveries webhookId={webhook.id} />}
      actions={(showLog) => <SendTest webhook={webhook} onSent={showLog} />}
      enable={(enabled) => updateWebhook(webhook.id, { enabled })}
      rotate={{
        title: "Rotate the signing secret?",
        text: "We sign with both secrets for one day, so you have time to update the receiver.",
        run: () => rotateWebhookSecret(webhook.id),
      }}
      remove={{
        title: "Delete this webhook?",
        text: `We'll stop sending events to ${webhook.url}.`,
        run: () => deleteWebhook(webhook.id),
      }}
      onChanged={refresh}
      onSecret={onSecret}
    />
  );
}
