import { type FocusEvent, type KeyboardEvent, useEffect, useRef, useState } from "react";

/**
 * Returns whether a button's popup is open, and the props of the element around both. The popup closes with Escape, or
 * when the focus leaves it.
 */
export function usePopup() {
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!open) return;
    // Safari does not focus a clicked button, so no blur event follows.
    const onPress = ({ target }: PointerEvent) => {
      if (target instanceof Node && box.current?.contains(target) === false) setOpen(false);
    };
    addEventListener("pointerdown", onPress);
    return () => removeEventListener("pointerdown", onPress);
  }, [open]);
  const close = () => {
    // The selected item is about to be removed, so the button receives the focus first. A dialog then restores the
    // focus to it.
    box.current?.querySelector("button")?.focus();
    setOpen(false);
  };
  const around = {
    ref: box,
    onBlur: (event: FocusEvent) => {
      if (!event.currentTarget.contains(event.relatedTarget)) setOpen(false);
    },
    onKeyDown: (event: KeyboardEvent) => {
      if (event.key !== "Escape" || !open) return;
      // Elements around the popup handle Escape differently.
      event.preventDefault();
      close();
    },
  };
  return { open, setOpen, close, around };
}
