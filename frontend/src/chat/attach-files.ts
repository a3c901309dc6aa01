import { useEffect, useSyncExternalStore } from "react";
import { loadChunk } from "../ui/load-chunk.ts";
import { toast } from "../ui/toast.tsx";
import { type Attachments, attachmentsOf, countReading, onAttachments } from "./attachments.ts";

/** Loads the code that reads and keeps attachments: the first page needs none of it to be painted. */
const load = () => loadChunk(() => import("./kept-attachments.ts"));

/** Reads files and adds them to a prompt in their order. A file that is neither a picture nor a text is named in a toast. */
export async function addFiles(key: string, files: readonly File[]): Promise<void> {
  countReading(key, files.length);
  try {
    const { readFiles } = await load();
    await readFiles(key, files);
  } catch (error) {
    toast(error instanceof Error ? error.message : "The file couldn't be read.", "bad");
  } finally {
    countReading(key, -files.length);
  }
}

// On sign-out: the next person at this browser may be someone else.
addEventListener("edgesmith-forget", () => {
  load().then(({ forgetKept }) => forgetKept(), console.warn);
});

/** Returns the current attachments of the prompt in a box, with those that were kept over a reload. */
export function useAttachments(key: string): Attachments {
  useEffect(() => {
    load().then(({ restoreKept }) => restoreKept(key), console.warn);
  }, [key]);
  return useSyncExternalStore(onAttachments, () => attachmentsOf(key));
}
