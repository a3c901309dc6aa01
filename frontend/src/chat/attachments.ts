import type { Image } from "../../../worker/contract/index.ts";

/** An image or a text attached to a prompt. */
export type Attachment = { id: string; name: string; bytes: number } & (
  | { kind: "image"; image: Image }
  | { kind: "text"; text: string }
);

/**
 * The attachments of an unsent prompt, the number of files that are still being read, and the attachments in flight.
 */
export type Attachments = { items: readonly Attachment[]; reading: number; sent: readonly Attachment[] };

const none: Attachments = { items: [], reading: 0, sent: [] };
// Shares the drafts' keys. `kept-attachments.ts`, which is loaded later, listens for changes and stores them across
// reloads.
const known = new Map<string, Attachments>();
const listeners = new Set<(key: string) => void>();

/** Returns the current attachments of a box. */
export const attachmentsOf = (key: string): Attachments => known.get(key) ?? none;

/** Updates the attachments of a box and notifies the listeners. */
export function changeAttachments(key: string, change: Partial<Attachments>): void {
  known.set(key, { ...attachmentsOf(key), ...change });
  for (const listener of listeners) listener(key);
}

/** Adds to the number of files being read, which a prompt waits for; a negative number subtracts. */
export const countReading = (key: string, more: number): void =>
  changeAttachments(key, { reading: attachmentsOf(key).reading + more });

/**
 * Removes a prompt's attachments from the box for sending, and returns them. They stay in `sent` until the request
 * ends.
 */
export function takeAttachments(key: string): readonly Attachment[] {
  const { items, sent } = attachmentsOf(key);
  changeAttachments(key, { items: [], sent: [...sent, ...items] });
  return items;
}

/**
 * Ends the sending of attachments. Returns refused attachments to the box, before those that were added meanwhile.
 * @param refused the attachments that could not be sent
 */
export function settleAttachments(
  key: string,
  taken: readonly Attachment[],
  refused: readonly Attachment[] = [],
): void {
  const { items, sent } = attachmentsOf(key);
  changeAttachments(key, { items: [...refused, ...items], sent: sent.filter((one) => !taken.includes(one)) });
}

/** Drops all attachments on sign-out: the next person to use this browser may be someone else. */
addEventListener("edgesmith-forget", () => known.clear());

/** Subscribes to changes; the listener receives the key of the changed box. */
export const onAttachments = (listener: (key: string) => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};
