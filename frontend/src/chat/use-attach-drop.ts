import { type DragEvent, useRef, useState } from "react";
import { toast } from "../ui/toast.tsx";
import { attachEvents } from "./attach-events.ts";

const hasFiles = ({ dataTransfer }: DragEvent): boolean => dataTransfer.types.includes("Files");

/**
 * Makes the whole chat a drop target for attachments.
 * @param refusal a sentence that explains why nothing can be attached now; null if attaching is possible
 * @returns whether files are being dragged over the chat, and the drag handlers
 */
export function useAttachDrop(draftKey: string, refusal: string | null) {
  const [isOver, setOver] = useState(false);
  // A child's dragenter event fires before its parent's dragleave event.
  const depth = useRef(0);
  const move = (step: 1 | -1) => {
    depth.current = Math.max(0, depth.current + step);
    setOver(depth.current > 0);
  };
  return {
    isOver: isOver && refusal === null,
    handlers: {
      onDragEnter: (event: DragEvent) => hasFiles(event) && move(1),
      onDragLeave: (event: DragEvent) => hasFiles(event) && move(-1),
      onDrop: (event: DragEvent) => {
        if (!hasFiles(event)) return;
        depth.current = 0;
        setOver(false);
        if (refusal === null) attachEvents(draftKey).onDrop(event);
        if (event.defaultPrevented) return;
        toast(
          refusal ?? "Drop pictures or text files here. To upload folders and archives, use the file tree in Code.",
          "bad",
        );
      },
    },
  };
}
