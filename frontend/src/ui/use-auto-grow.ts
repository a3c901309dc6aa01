import { type RefObject, useLayoutEffect } from "react";

/** Whether the browser sizes a field by its content itself; Firefox and Safari before 26.2 do not. */
const isNative = () => CSS.supports("field-sizing", "content");

/** Grows a text box with its text, within the minimum and maximum height of its style. */
export function useAutoGrow(box: RefObject<HTMLTextAreaElement | null>, text: string): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: the height follows from the text that is shown
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null || isNative()) return;
    element.style.height = "auto";
    element.style.height = `${element.scrollHeight}px`;
  }, [box, text]);
}
