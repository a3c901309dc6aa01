import { Copy } from "lucide-react";
import type { Trigger } from "../../../worker/contract/index.ts";
import { keys, queryClient } from "../api/queries.ts";
import { deleteTrigger, rotateTriggerSecret, updateTrigger } from "../api/triggers.ts";
import { IconButton } from "../ui/button.tsx";
import { toast } from "../ui/toast.tsx";
import { HookRow } from "./hook-row.tsx";
import { Receipts } from "./receipts.tsx";

const copy = (url: string) =>
  navigator.clipboard.writeText(url).then(
    () => toast("URL copied."),
    () => toast("Couldn't copy. Select the text and copy it yourself.", "bad"),
  );

type RowProps = { trigger: Trigger; onSecret: (secret: string) => void };

export function TriggerRow({ trigger, onSecret }: RowProps) {
  const selection = [trigger.kind, trigger.agent ?? "any agent", trigger.events.join(", ") || "all events"];
  const about = (
    <>
      <p className="mt-1 line-clamp-2 text-sm">{trigger.prompt}</p>
      <p className="mt-1 text-xs text-soft">{selection.join(" · ")}</p>
    </>
  );
  const copyButton = (
    <IconButton label={`Copy ${trigger.url}`} onClick={() => void copy(trigger.url)}>
      <Copy size={14} />
    </IconButton>
  );
  return (
    <HookRow
      hook={trigger}
      about={about}
      logName="deliveries"
      log={<Receipts triggerId={trigger.id} />}
      actions={() => copyButton}
      enable={(enabled) => updateTrigger(trigger.id, { enabled })}
      rotate={{
        title: "Rotate this secret?",
        text: "The old secret keeps working for one day, so you have time to update the sender.",
        run: () => rotateTriggerSecret(trigger.id),
      }}
      remove={{
        title: "Delete this trigger?",
        text: "Deliveries to its URL will be rejected.",
        run: () => deleteTrigger(trigger.id),
      }}
      onChanged={() => queryClient.invalidateQueries({ queryKey: keys.triggers(trigger.projectId) })}
      onSecret={onSecret}
    />
  );
}
