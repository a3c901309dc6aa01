import type { ClipboardEvent, DragEvent } from "react";
import { addFiles } from "./attach-files.ts";

/** Whether every dropped item can be attached. A page that imports folders and archives takes those instead. */
const isAttachable = (data: DataTransfer): boolean =>
  [...data.items].every((item) => item.webkitGetAsEntry()?.isDirectory !== true) &&
  [...data.files].every(({ name }) => !/\.(zip|tgz|gz)$/i.test(name));

/**
 * Returns the handlers that attach pasted and dropped files to a prompt. A drop that cannot be attached is left
 * unhandled.
 */
export const attachEvents = (draftKey: string) => ({
  onPaste: (event: ClipboardEvent) => {
    const { clipboardData: data } = event;
    // A copied part of a page arrives as text together with an image of it: the person meant the text.
    if (data.files.length === 0 || data.types.includes("text/plain")) return;
    event.preventDefault();
    void addFiles(draftKey, [...data.files]);
  },
  onDrop: (event: DragEvent) => {
    const { dataTransfer: data } = event;
    if (data.files.length === 0 || !isAttachable(data)) return;
    event.preventDefault();
    void addFiles(draftKey, [...data.files]);
  },
});
