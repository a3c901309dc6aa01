import { useMutation } from "@tanstack/react-query";
import { KeyRound, Trash2 } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Button, IconButton } from "../ui/button.tsx";
import { Confirm } from "../ui/dialog.tsx";

type Hook = { url: string; enabled: boolean; disabledReason: string | null };
type ConfirmTexts = { title: string; text: string };

type HookRowProps = {
  hook: Hook;
  /** The content shown below the URL. */
  about: ReactNode;
  /** The name of the list below the row, for the "Show" and "Hide" buttons. */
  logName: string;
  log: ReactNode;
  /** The hook's specific actions, between "Disable" and "Rotate secret"; `showLog` expands the list. */
  actions: (showLog: () => void) => ReactNode;
  enable: (enabled: boolean) => Promise<unknown>;
  rotate: ConfirmTexts & { run: () => Promise<{ secret: string }> };
  remove: ConfirmTexts & { run: () => Promise<unknown> };
  onChanged: () => unknown;
  onSecret: (secret: string) => void;
};

/** Shows a webhook or a trigger: its URL, its actions and its latest deliveries. */
export function HookRow({ hook, about, logName, log, actions, enable, rotate, remove, ...on }: HookRowProps) {
  const [asked, setAsked] = useState<"delete" | "rotate" | null>(null);
  const [open, setOpen] = useState(false);
  const close = () => setAsked(null);
  const toggle = useMutation({ mutationFn: () => enable(!hook.enabled), onSuccess: on.onChanged });
  const removal = useMutation({ meta: { shown: true }, mutationFn: remove.run, onSuccess: on.onChanged });
  const rotation = useMutation({
    meta: { shown: true },
    mutationFn: rotate.run,
    onSuccess: ({ secret }) => {
      close();
      on.onSecret(secret);
    },
  });
  return (
    <li className="px-4 py-3">
      <div className="flex items-start gap-3">
        <div className="min-w-0 flex-1">
          <p className="stamp break-all">{hook.url}</p>
          {about}
          {!hook.enabled && (
            <p className="mt-1 text-xs text-warn">Disabled{hook.disabledReason && `: ${hook.disabledReason}`}</p>
          )}
          <button
            type="button"
            aria-expanded={open}
            onClick={() => setOpen(!open)}
            className="mt-1 text-xs text-ember-deep underline underline-offset-4"
          >
            {open ? `Hide ${logName}` : `Show ${logName}`}
          </button>
        </div>
        <div className="flex shrink-0 items-center gap-1">
          <Button small busy={toggle.isPending} onClick={() => toggle.mutate()}>
            {hook.enabled ? "Disable" : "Enable"}
          </Button>
          {actions(() => setOpen(true))}
          <IconButton label={`Rotate secret of ${hook.url}`} onClick={() => setAsked("rotate")}>
            <KeyRound size={14} />
          </IconButton>
          <IconButton label={`Delete ${hook.url}`} onClick={() => setAsked("delete")}>
            <Trash2 size={14} />
          </IconButton>
        </div>
      </div>
      {open && log}
      {asked === "rotate" && (
        <Confirm
          title={rotate.title}
          text={rotate.text}
          action="Rotate secret"
          busy={rotation.isPending}
          error={rotation.error}
          onConfirm={() => rotation.mutate()}
          onClose={close}
        />
      )}
      {asked === "delete" && (
        <Confirm
          title={remove.title}
          text={remove.text}
          action="Delete"
          busy={removal.isPending}
          error={removal.error}
          onConfirm={() => removal.mutate()}
          onClose={close}
        />
      )}
    </li>
  );
}
