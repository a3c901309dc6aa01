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
    () => toast("The address is copied."),
    () => toast("The browser did not allow copying; select the text instead.", "bad"),
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
      logName="receipts"
      log={<Receipts triggerId={trigger.id} />}
      actions={() => copyButton}
      enable={(enabled) => updateTrigger(trigger.id, { enabled })}
      rotate={{
        title: "Make a new secret?",
        text: "For a day deliveries that are signed with the old one are taken too, so that you can change it at the sender meanwhile.",
        run: () => rotateTriggerSecret(trigger.id),
      }}
      remove={{
        title: "Delete this trigger?",
        text: "What is sent to its address from then on is refused.",
        run: () => deleteTrigger(trigger.id),
      }}
      onChanged={() => queryClient.invalidateQueries({ queryKey: keys.triggers(trigger.projectId) })}
      onSecret={onSecret}
    />
  );
}
