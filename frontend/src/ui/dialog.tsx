import { type MouseEvent, type ReactNode, useId, useLayoutEffect, useRef } from "react";
import { createPortal } from "react-dom";
import { Button } from "./button.tsx";
import { Refusal } from "./feedback.tsx";
import { focusFirst, placesAround } from "./focus.ts";
import { coverToasts, Toasts } from "./toast.tsx";

type DialogProps = {
  title: string;
  /**
   * Whether a click on the backdrop closes the dialog, unless the person has typed something. Off for secrets that are
   * shown only once.
   */
  closesBeside?: boolean;
  /** Whether the dialog is as wide as the window, for an image. */
  isWide?: boolean;
  onClose: () => void;
  children: ReactNode;
};

function isBeside({ currentTarget, target, clientX, clientY }: MouseEvent<HTMLElement>): boolean {
  if (target !== currentTarget) return false;
  const { left, right, top, bottom } = currentTarget.getBoundingClientRect();
  return clientX < left || clientX > right || clientY < top || clientY > bottom;
}

/**
 * A modal built on the native `<dialog>`. It traps the focus, Escape closes it, and closing restores the focus. If the
 * opening element no longer exists, as after deleting its row, the nearest element receives the focus.
 */
export function Dialog({ title, closesBeside = true, isWide = false, onClose, children }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  const typed = useRef(false);
  const pressedBeside = useRef(false);
  // An ordinary effect is cleaned up after the element has left the document, when closing no longer restores the
  // focus.
  useLayoutEffect(() => {
    const dialog = ref.current;
    if (dialog === null) return;
    const places = placesAround(document.activeElement);
    const uncover = coverToasts();
    if (!dialog.open) dialog.showModal();
    return () => {
      dialog.close();
      uncover();
      // The row may be removed a moment after its dialog closes.
      requestAnimationFrame(() => document.activeElement === document.body && focusFirst(places));
    };
  }, []);
  // Rendered in the body: a modal within a panel that a narrow window hides would be invisible and keep the page inert.
  return createPortal(
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape is the key for it
    <dialog
      ref={ref}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onInput={() => {
        typed.current = true;
      }}
      onMouseDown={(event) => {
        pressedBeside.current = isBeside(event);
      }}
      onClick={(event) => {
        // Dragging to select text may also end on the backdrop.
        if (closesBeside && pressedBeside.current && isBeside(event) && !typed.current) onClose();
      }}
      className={`m-auto animate-rise flex-col rounded-xl border border-line bg-surface p-0 text-ink shadow-lift open:flex ${isWide ? "w-[min(70rem,calc(100vw-2rem))] max-w-none" : "w-[min(30rem,calc(100vw-2rem))]"}`}
    >
      <div className="min-h-0 overflow-y-auto p-6">
        <h2 id={titleId} className="mb-3 text-lg font-semibold tracking-tight wrap-anywhere">
          {title}
        </h2>
        {children}
      </div>
      <Toasts inDialog />
    </dialog>,
    document.body,
  );
}

type ConfirmProps = {
  title: string;
  text: ReactNode;
  action: string;
  busy?: boolean;
  /** The error of the failed action. */
  error?: unknown;
  onConfirm: () => void;
  onClose: () => void;
};

/** Asks the person to confirm an action that cannot be undone. */
export function Confirm({ title, text, action, busy = false, error, onConfirm, onClose }: ConfirmProps) {
  return (
    <Dialog title={title} onClose={onClose}>
      <div className="text-sm text-soft wrap-anywhere">{text}</div>
      <Refusal error={error} className="mt-3" />
      <div className="mt-6 flex flex-wrap justify-end gap-2">
        <Button onClick={onClose} autoFocus>
          Cancel
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
  /** The maximum length, in characters. */
  longest: number;
  busy?: boolean;
  error?: unknown;
  onSubmit: (value: string) => void;
  onClose: () => void;
};

/** Asks for one line of text. Keeps the text if the request fails. */
export function PromptDialog(props: PromptProps) {
  const { title, label, initial, action, longest, busy = false, error, onSubmit, onClose } = props;
  const id = useId();
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const value = String(new FormData(event.currentTarget).get("value") ?? "").trim();
          if (value !== "") onSubmit(value);
        }}
      >
        <label htmlFor={id} className="mb-1 block text-sm font-medium">
          {label}
        </label>
        <input
          id={id}
          name="value"
          className="input"
          defaultValue={initial}
          autoFocus
          required
          maxLength={longest}
          aria-invalid={Boolean(error)}
        />
        <Refusal error={error} className="mt-3" />
        <div className="mt-6 flex flex-wrap justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="primary" type="submit" busy={busy}>
            {action}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
