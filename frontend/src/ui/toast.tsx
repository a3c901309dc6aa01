import { X } from "lucide-react";
import { useSyncExternalStore } from "react";

type Tone = "bad" | "good";
type Toast = { id: number; text: string; tone: Tone };

let toasts: readonly Toast[] = [];
let nextId = 1;
const listeners = new Set<() => void>();

function change(next: readonly Toast[]) {
  toasts = next;
  for (const listener of listeners) listener();
}

const dismiss = (id: number) => change(toasts.filter((one) => one.id !== id));

/** Says something at the corner of the page; it goes by itself after seven seconds. */
export function toast(text: string, tone: Tone = "good"): void {
  const id = nextId++;
  change([...toasts.filter((one) => one.text !== text).slice(-2), { id, text, tone }]);
  setTimeout(() => dismiss(id), 7_000);
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export function Toasts() {
  const shown = useSyncExternalStore(subscribe, () => toasts);
  return (
    <div
      role="status"
      className="pointer-events-none fixed inset-x-0 bottom-4 z-50 grid justify-items-center gap-2 px-4"
    >
      {shown.map((one) => (
        <div
          key={one.id}
          className={`pointer-events-auto flex max-w-lg animate-rise items-start gap-3 rounded-md border px-4 py-2.5 text-sm shadow-lift ${
            one.tone === "bad" ? "border-bad bg-bad-wash" : "border-line-strong bg-raised"
          }`}
        >
          <span className="min-w-0 break-words">{one.text}</span>
          <button type="button" aria-label="Dismiss" className="mt-0.5 text-soft" onClick={() => dismiss(one.id)}>
            <X size={15} />
          </button>
        </div>
      ))}
    </div>
  );
}
