import { useSyncExternalStore } from "react";
import type { Image } from "../../../worker/contract/index.ts";
import { loadChunk } from "../ui/load-chunk.ts";
import { toast } from "../ui/toast.tsx";

/** A picture or a text that goes with a prompt. */
export type Attachment = { id: string; name: string; bytes: number } & (
  | { kind: "image"; image: Image }
  | { kind: "text"; text: string }
);

/** The attachments of a prompt that is not sent yet, and how many files are still being read. */
export type Attachments = { items: readonly Attachment[]; reading: number };

/** The API's limit for images of a prompt. */
const maxImages = 5;
/** A limit for texts: each is a file that the agent reads. */
const maxTexts = 20;

const none: Attachments = { items: [], reading: 0 };
// Beside the drafts and under their keys, but not in the browser's storage: pictures would fill it.
const known = new Map<string, Attachments>();
const listeners = new Set<() => void>();

const attachmentsOf = (key: string): Attachments => known.get(key) ?? none;

function change(key: string, next: Attachments): void {
  known.set(key, next);
  for (const listener of listeners) listener();
}

function countReading(key: string, more: number): void {
  const { items, reading } = attachmentsOf(key);
  change(key, { items, reading: reading + more });
}

const isFull = (items: readonly Attachment[], { kind }: Attachment): boolean =>
  items.filter((one) => one.kind === kind).length >= (kind === "image" ? maxImages : maxTexts);

function add(key: string, one: Attachment): void {
  const { items, reading } = attachmentsOf(key);
  if (isFull(items, one)) {
    const limit = one.kind === "image" ? `${maxImages} images` : `${maxTexts} text files`;
    toast(`A prompt can have ${limit}. “${one.name}” wasn't added.`, "bad");
  } else change(key, { items: [...items, one], reading });
}

/** Reads files and adds them to a prompt in their order. A file that is neither a picture nor a text is named in a toast. */
export async function addFiles(key: string, files: readonly File[]): Promise<void> {
  countReading(key, files.length);
  try {
    // Loaded at the first attachment: the first page needs none of it.
    const { readAttachment } = await loadChunk(() => import("./read-attachment.ts"));
    for (const file of files) {
      const read = await readAttachment(file);
      if ("problem" in read) toast(read.problem, "bad");
      else add(key, read);
    }
  } catch (error) {
    toast(error instanceof Error ? error.message : "The file couldn't be read.", "bad");
  } finally {
    countReading(key, -files.length);
  }
}

/** Adds attachments once they are read, in place of those that give way to them. The prompt waits for them. */
export async function replaceAttachments(
  key: string,
  givesWay: (one: Attachment) => boolean,
  reading: Promise<readonly Attachment[]>,
): Promise<void> {
  countReading(key, 1);
  try {
    const more = await reading;
    const now = attachmentsOf(key);
    change(key, { ...now, items: now.items.filter((one) => !givesWay(one)) });
    for (const one of more) if (!attachmentsOf(key).items.some(({ id }) => id === one.id)) add(key, one);
  } finally {
    countReading(key, -1);
  }
}

/** Removes one attachment of a prompt. */
export const removeAttachment = (key: string, id: string): void =>
  change(key, { ...attachmentsOf(key), items: attachmentsOf(key).items.filter((one) => one.id !== id) });

/** Returns a prompt's attachments and removes them from the box, since they are about to be sent. */
export function takeAttachments(key: string): readonly Attachment[] {
  const { items, reading } = attachmentsOf(key);
  if (items.length > 0) change(key, { items: [], reading });
  return items;
}

/** Puts attachments back that could not be sent, before those that were added meanwhile. */
export function returnAttachments(key: string, items: readonly Attachment[]): void {
  const now = attachmentsOf(key);
  if (items.length > 0) change(key, { ...now, items: [...items, ...now.items] });
}

/** Drops all attachments on sign-out: the next person at this browser may be someone else. */
addEventListener("edgesmith-forget", () => known.clear());

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** Returns the current attachments of the prompt in a box. */
export const useAttachments = (key: string): Attachments => useSyncExternalStore(subscribe, () => attachmentsOf(key));
