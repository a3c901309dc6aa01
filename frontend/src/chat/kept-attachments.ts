import { clear, createStore, delMany, getMany, keys, set } from "idb-keyval";
import { loadChunk } from "../ui/load-chunk.ts";
import { toast } from "../ui/toast.tsx";
import { type Attachment, attachmentsOf, changeAttachments, countReading, onAttachments } from "./attachments.ts";
import { boundKept, type KeptKey, keptKeysIn } from "./kept-bounds.ts";

/** The API's limit for images of a prompt. */
const maxImages = 5;
/** A limit for texts: each is a file that the agent reads. */
const maxTexts = 20;

// In IndexedDB: pictures would fill the browser's storage. Where it is missing or full, they are in memory alone.
const store = createStore("edgesmith-attachments", "kept");
/** The stored attachments of the boxes of this page, by box and id. */
const stored = new Map<string, Map<string, KeptKey>>();
const restored = new Set<string>();
let newest = 0;

const unkept = (error: unknown) => console.warn("Attachments are not kept over a reload:", error);

const sizeOf = (one: Attachment): number => (one.kind === "image" ? one.image.data.length : one.text.length);

/** Adds an attachment to a prompt, unless that has as many as it can. */
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

/** Reads files and adds them to a prompt in their order. */
export async function readFiles(box: string, files: readonly File[]): Promise<void> {
  const { readAttachment } = await loadChunk(() => import("./read-attachment.ts"));
  for (const file of files) {
    const read = await readAttachment(file);
    if ("problem" in read) toast(read.problem, "bad");
    else add(box, read);
  }
}

/** Adds attachments once they are read, in place of those that give way to them. The prompt waits for them. */
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

/** Removes one attachment of a prompt. */
export const removeAttachment = (box: string, id: string): void =>
  changeAttachments(box, { items: attachmentsOf(box).items.filter((one) => one.id !== id) });

async function keep(key: KeptKey, one: Attachment): Promise<void> {
  await set(key, one, store);
  const { gone } = boundKept(keptKeysIn(await keys(store)), Date.now());
  if (gone.length > 0) await delMany(gone, store);
}

/** Stores the attachments that a box has got, and removes those that it no longer has. Those in flight are still kept. */
function follow(box: string): void {
  const { items, sent } = attachmentsOf(box);
  const now = new Map([...sent, ...items].map((one) => [one.id, one]));
  const known = stored.get(box) ?? new Map<string, KeptKey>();
  stored.set(box, known);
  const gone = [...known.values()].filter(([, , , id]) => !now.has(id));
  for (const [, , , id] of gone) known.delete(id);
  if (gone.length > 0) delMany(gone, store).catch(unkept);
  for (const [id, one] of now) {
    if (known.has(id)) continue;
    // In their order also where several are added within a millisecond.
    newest = Math.max(Date.now(), newest + 1);
    const key: KeptKey = [box, newest, sizeOf(one), id];
    known.set(id, key);
    keep(key, one).catch(unkept);
  }
}

onAttachments(follow);

/** Puts the attachments that were kept over a reload back into their box, before those that were added since. */
export async function restoreKept(box: string): Promise<void> {
  if (restored.has(box)) return;
  restored.add(box);
  try {
    const { left, gone } = boundKept(keptKeysIn(await keys(store)), Date.now());
    if (gone.length > 0) await delMany(gone, store);
    const own = left.filter((key) => key[0] === box && stored.get(box)?.has(key[3]) !== true);
    if (own.length === 0) return;
    const found = await getMany<Attachment>(own, store);
    const known = stored.get(box) ?? new Map<string, KeptKey>();
    for (const key of own) known.set(key[3], key);
    stored.set(box, known);
    const items = found.filter((one) => one !== undefined);
    changeAttachments(box, { items: [...items, ...attachmentsOf(box).items] });
  } catch (error) {
    unkept(error);
  }
}

/** Removes every kept attachment from the browser. */
export async function forgetKept(): Promise<void> {
  stored.clear();
  restored.clear();
  await clear(store).catch(unkept);
}
