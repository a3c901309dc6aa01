import { X } from "lucide-react";
import { useSyncExternalStore } from "react";

type Tone = "bad" | "good";
/** An action that the toast offers, such as an undo. */
type ToastAction = { label: string; act: () => void };
type Toast = { id: number; text: string; tone: Tone; action: ToastAction | null };

const none: readonly Toast[] = [];
let toasts = none;
/** The number of open dialogs, which make the page behind them inert. */
let covers = 0;
let nextId = 1;
const listeners = new Set<() => void>();

function tell() {
  for (const listener of listeners) listener();
}

function change(next: readonly Toast[]) {
  toasts = next;
  tell();
}

const dismiss = (id: number) => change(toasts.filter((one) => one.id !== id));

const shownMs = 7_000;

/**
 * Hides a toast, unless a person points at or has focused the toasts: its button would disappear under the pointer, or
 * with the focus.
 */
function expire(id: number): void {
  if (document.querySelector(".toasts:is(:hover, :focus-within)") === null) dismiss(id);
  else setTimeout(expire, shownMs, id);
}

/** Shows a toast for seven seconds, and for longer while a person points at or has focused it. */
export function toast(text: string, tone: Tone = "good", action: ToastAction | null = null): void {
  const id = nextId++;
  change([...toasts.filter((one) => one.text !== text).slice(-2), { id, text, tone, action }]);
  setTimeout(expire, shownMs, id);
}

/**
 * Marks a dialog as open. The dialog then shows the toasts itself.
 * @returns a function that marks it as closed
 */
export function coverToasts(): () => void {
  covers++;
  tell();
  return () => {
    covers--;
    tell();
  };
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

function ActionButton({ action, onDone }: { action: ToastAction; onDone: () => void }) {
  return (
    <button
      type="button"
      className="shrink-0 font-medium text-ember-deep underline underline-offset-4"
      onClick={() => {
        onDone();
        action.act();
      }}
    >
      {action.label}
    </button>
  );
}

/**
 * Renders the page's toasts; in a dialog, those that appear while it is open, since the rest of the page is inert then.
 * They have a row of their own at the end, so that they cover nothing.
 */
export function Toasts({ inDialog = false }: { inDialog?: boolean }) {
  const shown = useSyncExternalStore(subscribe, () => (inDialog || covers === 0 ? toasts : none));
  return (
    // The live region exists before its text: screen readers often do not announce a region that appears together with
    // its text.
    <div role="status" className="toasts">
      {shown.map((one) => (
        <div key={one.id} data-tone={one.tone}>
          <span className="min-w-0 wrap-anywhere">{one.text}</span>
          {one.action !== null && <ActionButton action={one.action} onDone={() => dismiss(one.id)} />}
          <button type="button" aria-label="Dismiss" className="mt-0.5 text-soft" onClick={() => dismiss(one.id)}>
            <X size={15} />
          </button>
        </div>
      ))}
    </div>
  );
}
