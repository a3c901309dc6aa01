import { type RefObject, useLayoutEffect } from "react";

/** Whether the browser sizes a field by its content. Firefox, and Safari before 26.2, do not. */
const isNative = () => CSS.supports("field-sizing", "content");

/** Grows a text box with its text, within the minimum and maximum height of its CSS. */
export function useAutoGrow(box: RefObject<HTMLTextAreaElement | null>, text: string): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: the height depends on the text
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null || isNative()) return;
    element.style.height = "auto";
    element.style.height = `${element.scrollHeight}px`;
  }, [box, text]);
}
