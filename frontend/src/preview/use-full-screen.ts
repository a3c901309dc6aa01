import { type RefObject, useEffect, useRef, useState } from "react";
import { toast } from "../ui/toast.tsx";

const refused = () => toast("Your browser couldn't show the app in full screen. Open it in a new tab instead.", "bad");

/**
 * Returns whether an element is in full screen, and a function that starts it. Afterwards this restores the focus,
 * which is behind the element meanwhile.
 */
export function useFullScreen(box: RefObject<HTMLElement | null>) {
  const [isFull, setIsFull] = useState(false);
  const before = useRef<Element | null>(null);
  useEffect(() => {
    const onChange = () => {
      const isNow = box.current !== null && document.fullscreenElement === box.current;
      setIsFull(isNow);
      if (!isNow && before.current instanceof HTMLElement) before.current.focus({ preventScroll: true });
      if (!isNow) before.current = null;
    };
    document.addEventListener("fullscreenchange", onChange);
    return () => document.removeEventListener("fullscreenchange", onChange);
  }, [box]);
  const begin = () => {
    before.current = document.activeElement;
    // A phone's browser may support it only for videos.
    if (typeof box.current?.requestFullscreen === "function") box.current.requestFullscreen().catch(refused);
    else refused();
  };
  return { isFull, begin };
}
