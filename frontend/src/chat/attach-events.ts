import type { ClipboardEvent, DragEvent } from "react";
import { addFiles } from "./attach-files.ts";

/** Whether everything dropped can be attached: a folder or an archive is imported instead, where the page does that. */
const isAttachable = (data: DataTransfer): boolean =>
  [...data.items].every((item) => item.webkitGetAsEntry()?.isDirectory !== true) &&
  [...data.files].every(({ name }) => !/\.(zip|tgz|gz)$/i.test(name));

/** Returns the handlers by which a prompt takes pasted and dropped files. A drop that it does not take is left as it is. */
export const attachEvents = (draftKey: string) => ({
  onPaste: (event: ClipboardEvent) => {
    const { clipboardData: data } = event;
    // A copied part of a page is a text and a picture of it: the text is meant.
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
