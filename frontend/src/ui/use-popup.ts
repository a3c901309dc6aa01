import { type FocusEvent, type KeyboardEvent, useEffect, useRef, useState } from "react";

/** Returns whether the popup of a button is open, and the properties of the element around both. It closes when the focus leaves it, or with Escape. */
export function usePopup() {
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
    // An item is about to be removed, so the button takes the focus first: a dialog then restores the focus to the button.
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
      // Around it Escape has other meanings.
      event.preventDefault();
      close();
    },
  };
  return { open, setOpen, close, around };
}
