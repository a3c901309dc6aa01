import { LoaderCircle } from "lucide-react";
import type { ComponentProps, ReactNode } from "react";

const tones = {
  primary: "bg-ember text-on-ember hover:bg-ember-deep border-transparent font-medium",
  plain: "bg-raised border-line-strong text-ink hover:border-faint",
  quiet: "border-transparent text-soft hover:text-ink hover:bg-sunken",
  danger: "bg-raised border-line-strong text-bad hover:border-bad",
} as const;

type ButtonProps = ComponentProps<"button"> & { tone?: keyof typeof tones; busy?: boolean; small?: boolean };

export function Button({ tone = "plain", busy = false, small = false, className = "", ...rest }: ButtonProps) {
  const size = small ? "h-7 px-2.5 text-xs gap-1.5" : "h-9 px-3.5 text-sm gap-2";
  return (
    <button
      type="button"
      {...rest}
      // A busy button is not disabled, since it would lose the focus.
      onClick={busy ? (event) => event.preventDefault() : rest.onClick}
      aria-disabled={busy}
      aria-busy={busy}
      className={`inline-flex shrink-0 items-center justify-center whitespace-nowrap rounded-md border transition-colors disabled:cursor-not-allowed disabled:opacity-50 aria-disabled:cursor-not-allowed aria-disabled:opacity-50 ${size} ${tones[tone]} ${className}`}
    >
      {busy && <LoaderCircle size={14} className="animate-spin" />}
      {rest.children}
    </button>
  );
}

type IconButtonProps = Omit<ComponentProps<"button">, "children"> & { label: string; children: ReactNode };

/** A button that shows only an icon. Its label serves screen readers and the tooltip. */
export function IconButton({ label, className = "", ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      title={label}
      aria-label={label}
      {...rest}
      className={`inline-grid size-7 shrink-0 place-items-center rounded-md text-soft transition-colors hover:bg-sunken hover:text-ink disabled:cursor-not-allowed disabled:opacity-40 aria-pressed:bg-ember-wash aria-pressed:text-ember-deep ${className}`}
    />
  );
}
