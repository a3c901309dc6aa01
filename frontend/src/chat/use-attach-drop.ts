import { type DragEvent, useRef, useState } from "react";
import { toast } from "../ui/toast.tsx";
import { attachEvents } from "./attach-events.ts";

const hasFiles = ({ dataTransfer }: DragEvent): boolean => dataTransfer.types.includes("Files");

/**
 * Lets the whole chat take dropped files for its prompt.
 * @param refusal the sentence why nothing can be attached now; null where it can
 * @returns whether files are being dragged over it, and its handlers
 */
export function useAttachDrop(draftKey: string, refusal: string | null) {
  const [isOver, setOver] = useState(false);
  // dragenter of a child fires before dragleave of its parent.
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
