import { type ReactNode, useEffect, useId, useRef } from "react";
import { Button } from "./button.tsx";

type DialogProps = { title: string; onClose: () => void; children: ReactNode };

/** A modal on the platform's own `<dialog>`: it keeps the focus, and Escape closes it. */
export function Dialog({ title, onClose, children }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    const dialog = ref.current;
    if (dialog !== null && !dialog.open) dialog.showModal();
    return () => dialog?.close();
  }, []);
  return (
    <dialog
      ref={ref}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      className="m-auto w-[min(30rem,calc(100vw-2rem))] animate-rise rounded-xl border border-line bg-surface p-6 text-ink shadow-lift"
    >
      <h2 id={titleId} className="mb-3 text-lg font-semibold tracking-tight">
        {title}
      </h2>
      {children}
    </dialog>
  );
}

type ConfirmProps = {
  title: string;
  text: ReactNode;
  action: string;
  busy?: boolean;
  onConfirm: () => void;
  onClose: () => void;
};

/** Asks before something that cannot be undone. */
export function Confirm({ title, text, action, busy = false, onConfirm, onClose }: ConfirmProps) {
  return (
    <Dialog title={title} onClose={onClose}>
      <div className="text-sm text-soft">{text}</div>
      <div className="mt-6 flex justify-end gap-2">
        <Button onClick={onClose} autoFocus>
          Keep
        </Button>
        <Button tone="danger" busy={busy} onClick={onConfirm}>
          {action}
        </Button>
      </div>
    </Dialog>
  );
}

type PromptProps = {
  title: string;
  label: string;
  initial: string;
  action: string;
  busy?: boolean;
  onSubmit: (value: string) => void;
  onClose: () => void;
};

/** Asks for one line of text. */
export function PromptDialog({ title, label, initial, action, busy = false, onSubmit, onClose }: PromptProps) {
  const id = useId();
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        action={(data) => {
          const value = String(data.get("value") ?? "").trim();
          if (value !== "") onSubmit(value);
        }}
      >
        <label htmlFor={id} className="mb-1 block text-sm font-medium">
          {label}
        </label>
        <input id={id} name="value" className="input" defaultValue={initial} autoFocus required maxLength={255} />
        <div className="mt-6 flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="primary" type="submit" busy={busy}>
            {action}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
