import type { Image } from "../../../worker/contract/index.ts";

/** A picture or a text that goes with a prompt. */
export type Attachment = { id: string; name: string; bytes: number } & (
  | { kind: "image"; image: Image }
  | { kind: "text"; text: string }
);

/** The attachments of a prompt that is not sent yet, how many files are still being read, and those in flight. */
export type Attachments = { items: readonly Attachment[]; reading: number; sent: readonly Attachment[] };

const none: Attachments = { items: [], reading: 0, sent: [] };
// Beside the drafts and under their keys. `kept-attachments.ts`, which is loaded after the page, listens and keeps them over a reload.
const known = new Map<string, Attachments>();
const listeners = new Set<(key: string) => void>();

/** Returns the attachments of the prompt in a box. */
export const attachmentsOf = (key: string): Attachments => known.get(key) ?? none;

/** Changes the attachments of a box. */
export function changeAttachments(key: string, change: Partial<Attachments>): void {
  known.set(key, { ...attachmentsOf(key), ...change });
  for (const listener of listeners) listener(key);
}

/** Counts files that are being read, which a prompt waits for; fewer once they are. */
export const countReading = (key: string, more: number): void =>
  changeAttachments(key, { reading: attachmentsOf(key).reading + more });

/** Returns a prompt's attachments and removes them from the box, since they are about to be sent. They are kept until that has ended. */
export function takeAttachments(key: string): readonly Attachment[] {
  const { items, sent } = attachmentsOf(key);
  changeAttachments(key, { items: [], sent: [...sent, ...items] });
  return items;
}

/**
 * Ends the sending of attachments. Those that were refused go back into the box, before those that were added meanwhile.
 * @param refused those of them that could not be sent
 */
export function settleAttachments(
  key: string,
  taken: readonly Attachment[],
  refused: readonly Attachment[] = [],
): void {
  const { items, sent } = attachmentsOf(key);
  changeAttachments(key, { items: [...refused, ...items], sent: sent.filter((one) => !taken.includes(one)) });
}

/** Drops all attachments on sign-out: the next person at this browser may be someone else. */
addEventListener("edgesmith-forget", () => known.clear());

/** Calls a listener with the key of each box that has changed. */
export const onAttachments = (listener: (key: string) => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};
