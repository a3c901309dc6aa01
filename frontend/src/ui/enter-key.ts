/** The fields of a keydown event that determine whether it submits. */
type EnterEvent = { key: string; shiftKey: boolean; keyCode: number; isComposing: boolean };

/** The key code of every key that an input method handles itself (UI Events, "fixed virtual key codes"). */
const handledByInputMethod = 229;

/**
 * Whether a keydown submits a prompt: Enter without Shift, outside of a composition. Safari ends the composition before
 * the keydown of the Enter key that confirms it, so that only the key code still identifies the composition.
 */
export const isSubmitKey = ({ key, shiftKey, keyCode, isComposing }: EnterEvent): boolean =>
  key === "Enter" && !shiftKey && !isComposing && keyCode !== handledByInputMethod;
