import type { LucideIcon } from "lucide-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { IconButton } from "./button.tsx";

type MenuProps = {
  label: string;
  icon: ReactNode;
  items: readonly { title: string; Icon: LucideIcon; act: () => void; disabled?: boolean }[];
};

/**
 * A button in the header that opens a menu. The menu closes when the focus leaves it, or with Escape. On a phone it is
 * aligned with the header, since the button may be too far to the right.
 */
export function Menu({ label, icon, items }: MenuProps) {
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!open) return;
    // Safari does not focus a pressed button, so no blur event follows.
    const onPress = ({ target }: PointerEvent) => {
      if (target instanceof Node && box.current?.contains(target) === false) setOpen(false);
    };
    addEventListener("pointerdown", onPress);
    return () => removeEventListener("pointerdown", onPress);
  }, [open]);
  const close = () => {
    // The item is about to be removed, so the button takes the focus first: a dialog then restores the focus to the button.
    box.current?.querySelector("button")?.focus();
    setOpen(false);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it hears of its buttons' keys
    <div
      ref={box}
      className="flex shrink-0 md:relative"
      onBlur={(event) => event.currentTarget.contains(event.relatedTarget) || setOpen(false)}
      onKeyDown={(event) => event.key === "Escape" && open && close()}
    >
      <IconButton label={label} aria-expanded={open} onClick={() => setOpen(!open)}>
        {icon}
      </IconButton>
      {open && (
        <ul className="absolute top-12 left-12 z-30 w-44 animate-rise rounded-md border border-line-strong bg-raised p-1 shadow-lift md:top-full md:left-0 md:mt-1">
          {items.map(({ title, Icon, act, disabled = false }) => (
            <li key={title}>
              <button
                type="button"
                disabled={disabled}
                className="flex w-full items-center gap-2.5 rounded px-2.5 py-1.5 text-left text-sm hover:bg-sunken focus-visible:-outline-offset-2 disabled:opacity-50"
                onClick={() => {
                  close();
                  act();
                }}
              >
                <Icon size={14} className="text-faint" /> {title}
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
