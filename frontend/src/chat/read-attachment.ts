import type { Image, ImageType } from "../../../worker/contract/index.ts";
import { bytes as sizeOf } from "../ui/format.ts";
import type { Attachment } from "./attachments.ts";
import { base64Of, imageTypeIn, textIn } from "./file-content.ts";
import { maxPictureBytes, sentSize } from "./picture-size.ts";

/** The largest file that any plan stores, in bytes. */
const maxTextBytes = 512_000;
/** Above this a file is not read at all. */
const maxFileBytes = 50_000_000;

type Encoded = { type: ImageType; bytes: Uint8Array };

const bytesOf = async (blob: Blob): Promise<Uint8Array> => new Uint8Array(await blob.arrayBuffer());

/** Encodes a picture in a format, at a quality. */
async function encode(picture: ImageBitmap, type: "image/webp" | "image/jpeg", quality: number): Promise<Encoded> {
  const { width, height } = sentSize(picture);
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d");
  if (context === null) throw new Error("This browser can't resize pictures.");
  if (type === "image/jpeg") {
    // A JPEG has no transparency: transparent pixels would become black.
    context.fillStyle = "white";
    context.fillRect(0, 0, width, height);
  }
  context.drawImage(picture, 0, 0, width, height);
  const bytes = await bytesOf(await canvas.convertToBlob({ type, quality }));
  // A browser that can't encode the format answers with a PNG.
  return { type: imageTypeIn(bytes) ?? "image/png", bytes };
}

/** Scales a picture down to the size that models use, and compresses it until it fits. */
async function shrink(picture: ImageBitmap): Promise<Encoded> {
  const first = await encode(picture, "image/webp", 0.9);
  if (first.bytes.length <= maxPictureBytes) return first;
  return encode(picture, "image/jpeg", 0.7);
}

/** Returns a picture as it is sent: as it is where it is small, otherwise scaled down; null for one that no browser shows. */
async function readPicture(file: File, content: Uint8Array): Promise<Image | null> {
  const type = imageTypeIn(content);
  const picture = await createImageBitmap(file).catch(() => null);
  if (picture === null) return null;
  try {
    const isSmall = sentSize(picture).width === picture.width && content.length <= maxPictureBytes;
    const sent = type !== null && isSmall ? { type, bytes: content } : await shrink(picture);
    return { mediaType: sent.type, data: base64Of(sent.bytes) };
  } finally {
    picture.close();
  }
}

/**
 * Reads a file for a prompt, by its content: a picture in any format that the browser shows, or a text.
 * @returns the attachment, or a sentence on why it can't be one
 */
export async function readAttachment(file: File): Promise<Attachment | { problem: string }> {
  const { name, size } = file;
  if (size > maxFileBytes)
    return { problem: `“${name}” is ${sizeOf(size)}. Attach files of up to ${sizeOf(maxFileBytes)}.` };
  if (size === 0) return { problem: `“${name}” is empty.` };
  const content = await bytesOf(file);
  const attachment = { id: crypto.randomUUID(), name, bytes: size };
  const text = textIn(content);
  if (text !== null) {
    if (size > maxTextBytes)
      return { problem: `“${name}” is ${sizeOf(size)}. Attach texts of up to ${sizeOf(maxTextBytes)}.` };
    return { ...attachment, kind: "text", text };
  }
  const image = await readPicture(file, content);
  if (image !== null) return { ...attachment, kind: "image", image };
  return { problem: `“${name}” can't be attached: it is neither a picture nor a text file.` };
}
