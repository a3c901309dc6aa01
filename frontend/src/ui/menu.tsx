import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { IconButton } from "./button.tsx";
import { usePopup } from "./use-popup.ts";

type MenuProps = {
  label: string;
  icon: ReactNode;
  /** `pressed` is the state of an item that toggles. */
  items: readonly { title: string; Icon: LucideIcon; act: () => void; disabled?: boolean; pressed?: boolean }[];
  /**
   * The menu's position. `header` aligns it with the header on a phone, where the button may be too far to the right.
   */
  place?: "header" | "left of the button";
};

const places = {
  header: { box: "md:relative", list: "top-12 left-12 w-44 md:top-full md:left-0 md:mt-1" },
  "left of the button": { box: "relative", list: "top-full right-0 mt-1 w-52" },
} as const;

/** A button that opens a menu. The menu closes with Escape, or when the focus leaves it. */
export function Menu({ label, icon, items, place = "header" }: MenuProps) {
  const { open, setOpen, close, around } = usePopup();
  return (
    <div {...around} className={`flex shrink-0 ${places[place].box}`}>
      <IconButton label={label} aria-expanded={open} onClick={() => setOpen(!open)}>
        {icon}
      </IconButton>
      {open && (
        <ul
          className={`absolute z-30 max-h-[70vh] animate-rise overflow-y-auto rounded-md border border-line-strong bg-raised p-1 shadow-lift ${places[place].list}`}
        >
          {items.map(({ title, Icon, act, disabled = false, pressed }) => (
            <li key={title}>
              <button
                type="button"
                disabled={disabled}
                aria-pressed={pressed}
                className="flex w-full items-center gap-2.5 rounded px-2.5 py-1.5 text-left text-sm hover:bg-sunken focus-visible:-outline-offset-2 disabled:opacity-50 aria-pressed:bg-ember-wash aria-pressed:text-ember-deep"
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
