import { clear, createStore, delMany, getMany, keys, set } from "idb-keyval";
import { loadChunk } from "../ui/load-chunk.ts";
import { readStored, removeAllStored, removeStored, writeStored } from "../ui/storage.ts";
import { toast } from "../ui/toast.tsx";
import { type Attachment, attachmentsOf, changeAttachments, countReading, onAttachments } from "./attachments.ts";
import { boundKept, type KeptKey, keptKeysIn } from "./kept-bounds.ts";
import { thisTab } from "./kept-tab.ts";

/** The API's maximum number of images per prompt. */
const maxImages = 5;
/** The maximum number of texts per prompt, each of which is a file that the agent reads. */
const maxTexts = 20;

/** Identifies a stored attachment: its id, the time of attaching, and its length in characters. */
type Kept = { id: string; at: number; length: number };

// IndexedDB, because images would exceed the quota of localStorage. If IndexedDB is unavailable or full, attachments
// stay in memory.
const store = createStore("edgesmith-attachments", "kept");
/** The stored attachments of this page's boxes, by box and id. */
const stored = new Map<string, Map<string, Kept>>();
const restored = new Set<string>();
let newest = 0;
/**
 * The prefix of the key that names the tab with a box's newest attachments. A new tab starts with them, as with the
 * newest draft (drafts.ts).
 */
const newestPrefix = "edgesmith-kept-";

const unkept = (error: unknown) => console.warn("Attachments are not kept over a reload:", error);

const sizeOf = (one: Attachment): number => (one.kind === "image" ? one.image.data.length : one.text.length);

/** Adds an attachment to a prompt that is below the limit. */
function add(box: string, one: Attachment): void {
  const { items } = attachmentsOf(box);
  const isImage = one.kind === "image";
  if (items.filter(({ kind }) => kind === one.kind).length < (isImage ? maxImages : maxTexts)) {
    changeAttachments(box, { items: [...items, one] });
    return;
  }
  const limit = isImage ? `${maxImages} images` : `${maxTexts} text files`;
  toast(`A prompt can have ${limit}. “${one.name}” wasn't added.`, "bad");
}

/** Reads files and attaches them to a prompt in order. */
export async function readFiles(box: string, files: readonly File[]): Promise<void> {
  const { readAttachment } = await loadChunk(() => import("./read-attachment.ts"));
  for (const file of files) {
    const read = await readAttachment(file);
    if ("problem" in read) toast(read.problem, "bad");
    else add(box, read);
  }
}

/** Adds attachments once they are read, and removes those that they replace. The prompt waits for the reading. */
export async function replaceAttachments(
  box: string,
  givesWay: (one: Attachment) => boolean,
  reading: Promise<readonly Attachment[]>,
): Promise<void> {
  countReading(box, 1);
  try {
    const more = await reading;
    changeAttachments(box, { items: attachmentsOf(box).items.filter((one) => !givesWay(one)) });
    for (const one of more) if (!attachmentsOf(box).items.some(({ id }) => id === one.id)) add(box, one);
  } finally {
    countReading(box, -1);
  }
}

/** Removes an attachment from a prompt. */
export const removeAttachment = (box: string, id: string): void =>
  changeAttachments(box, { items: attachmentsOf(box).items.filter((one) => one.id !== id) });

/** Returns the first part of the keys of attachments in a box of a tab. */
const placeOf = (box: string, tab: string): string => `${box} ${tab}`;

type Change = { gone: readonly Kept[]; added: readonly (Kept & { one: Attachment })[]; isEmpty: boolean };

async function keep(box: string, { gone, added, isEmpty }: Change): Promise<void> {
  const { id: tab } = await thisTab();
  if (isEmpty) removeStored("local", newestPrefix + box);
  else writeStored("local", newestPrefix + box, tab);
  const keyOf = ({ id, at, length }: Kept): KeptKey => [placeOf(box, tab), at, length, id];
  // Issues all requests at once, so that a later change is ordered after this one.
  await Promise.all([delMany(gone.map(keyOf), store), ...added.map((kept) => set(keyOf(kept), kept.one, store))]);
  const bounds = boundKept(keptKeysIn(await keys(store)), Date.now());
  if (bounds.gone.length > 0) await delMany(bounds.gone, store);
}

/** Stores the attachments added to a box, and deletes those removed from it. Keeps attachments that are in flight. */
function follow(box: string): void {
  const { items, sent } = attachmentsOf(box);
  const now = new Map([...sent, ...items].map((one) => [one.id, one]));
  const known = stored.get(box) ?? new Map<string, Kept>();
  stored.set(box, known);
  const gone = [...known.values()].filter(({ id }) => !now.has(id));
  const added = [...now.values()].flatMap((one) => {
    if (known.has(one.id)) return [];
    // Strictly increasing, so that attachments added within one millisecond keep their order.
    newest = Math.max(Date.now(), newest + 1);
    return [{ id: one.id, at: newest, length: sizeOf(one), one }];
  });
  for (const { id } of gone) known.delete(id);
  for (const { id, at, length } of added) known.set(id, { id, at, length });
  if (gone.length + added.length > 0) keep(box, { gone, added, isEmpty: now.size === 0 }).catch(unkept);
}

onAttachments(follow);

/**
 * Restores stored attachments to their box, before those that were added since: this tab's own; otherwise copies of
 * those of the tab that this tab duplicates; otherwise copies of the newest.
 */
export async function restoreKept(box: string): Promise<void> {
  if (restored.has(box)) return;
  restored.add(box);
  try {
    const { left, gone } = boundKept(keptKeysIn(await keys(store)), Date.now());
    if (gone.length > 0) await delMany(gone, store);
    if (left.length === 0) return;
    const tab = await thisTab();
    const keysOf = (id: string | null): KeptKey[] =>
      left.filter((key) => id !== null && key[0] === placeOf(box, id) && stored.get(box)?.has(key[3]) !== true);
    const own = keysOf(tab.id);
    const others = [tab.copyOf, readStored("local", newestPrefix + box)].map(keysOf);
    const chosen = [own, ...others].find((list) => list.length > 0);
    if (chosen === undefined) return;
    const found = await getMany<Attachment>(chosen, store);
    const known = stored.get(box) ?? new Map<string, Kept>();
    for (const [, at, length, id] of own) known.set(id, { id, at, length });
    stored.set(box, known);
    const items = found.filter((one) => one !== undefined);
    changeAttachments(box, { items: [...items, ...attachmentsOf(box).items] });
  } catch (error) {
    unkept(error);
  }
}

/** Deletes every stored attachment from the browser. */
export async function forgetKept(): Promise<void> {
  stored.clear();
  restored.clear();
  removeAllStored("local", newestPrefix);
  await clear(store).catch(unkept);
}
