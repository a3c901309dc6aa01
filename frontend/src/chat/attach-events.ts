import type { ClipboardEvent, DragEvent } from "react";
import { addFiles } from "./attach-files.ts";

const hasFiles = (data: DataTransfer): boolean => data.types.includes("Files");

/** Whether everything dropped can be attached: a folder or an archive is imported instead, where the page does that. */
const isAttachable = (data: DataTransfer): boolean =>
  [...data.items].every((item) => item.webkitGetAsEntry()?.isDirectory !== true) &&
  [...data.files].every(({ name }) => !/\.(zip|tgz|gz)$/i.test(name));

/** Returns the handlers by which the box of a prompt takes pasted and dropped files; none while nothing can be attached. */
export function attachEvents(draftKey: string, isOn = true) {
  if (!isOn) return {};
  return {
    onPaste: (event: ClipboardEvent) => {
      const { clipboardData: data } = event;
      // A copied part of a page is a text and a picture of it: the text is meant.
      if (data.files.length === 0 || data.types.includes("text/plain")) return;
      event.preventDefault();
      void addFiles(draftKey, [...data.files]);
    },
    // Without this the browser navigates to the dropped file.
    onDragOver: (event: DragEvent) => hasFiles(event.dataTransfer) && event.preventDefault(),
    onDrop: (event: DragEvent) => {
      const { dataTransfer: data } = event;
      if (!hasFiles(data) || !isAttachable(data)) return;
      event.preventDefault();
      void addFiles(draftKey, [...data.files]);
    },
  };
}
