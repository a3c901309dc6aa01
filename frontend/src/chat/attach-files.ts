import { useEffect, useSyncExternalStore } from "react";
import { loadChunk } from "../ui/load-chunk.ts";
import { toast } from "../ui/toast.tsx";
import { type Attachments, attachmentsOf, countReading, onAttachments } from "./attachments.ts";

/** Loads the code that reads and stores attachments, which the first paint does not need. */
const load = () => loadChunk(() => import("./kept-attachments.ts"));

/** Reads files and attaches them to a prompt in order. A toast names each file that is neither an image nor a text. */
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

// On sign-out: the next person to use this browser may be someone else.
addEventListener("edgesmith-forget", () => {
  load().then(({ forgetKept }) => forgetKept(), console.warn);
});

/** Returns the current attachments of a box, including those that were stored before a reload. */
export function useAttachments(key: string): Attachments {
  useEffect(() => {
    load().then(({ restoreKept }) => restoreKept(key), console.warn);
  }, [key]);
  return useSyncExternalStore(onAttachments, () => attachmentsOf(key));
}
