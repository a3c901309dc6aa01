import type { Image, ImageType } from "../../../worker/contract/index.ts";
import { bytes as sizeOf } from "../ui/format.ts";
import type { Attachment } from "./attachments.ts";
import { base64Of, imageTypeIn, textIn } from "./file-content.ts";
import { maxPictureBytes, sentSize } from "./picture-size.ts";

/** The largest file that any plan allows, in bytes. */
const maxTextBytes = 512_000;
/** Larger files are not read at all. */
const maxFileBytes = 50_000_000;

type Encoded = { type: ImageType; bytes: Uint8Array };

const bytesOf = async (blob: Blob): Promise<Uint8Array> => new Uint8Array(await blob.arrayBuffer());

/** Encodes an image in a format, at a quality from 0 to 1. */
async function encode(picture: ImageBitmap, type: "image/webp" | "image/jpeg", quality: number): Promise<Encoded> {
  const { width, height } = sentSize(picture);
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d");
  if (context === null) throw new Error("This browser can't resize pictures.");
  if (type === "image/jpeg") {
    // JPEG has no transparency: transparent pixels would become black.
    context.fillStyle = "white";
    context.fillRect(0, 0, width, height);
  }
  context.drawImage(picture, 0, 0, width, height);
  const bytes = await bytesOf(await canvas.convertToBlob({ type, quality }));
  // A browser that cannot encode the format produces a PNG instead.
  return { type: imageTypeIn(bytes) ?? "image/png", bytes };
}

/** Scales an image down to the size that models process, and lowers the quality until it fits. */
async function shrink(picture: ImageBitmap): Promise<Encoded> {
  const first = await encode(picture, "image/webp", 0.9);
  if (first.bytes.length <= maxPictureBytes) return first;
  return encode(picture, "image/jpeg", 0.7);
}

/**
 * Returns an image as it will be sent: unchanged if it is small, and scaled down otherwise; null if the browser cannot
 * decode it.
 */
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
 * Reads a file for a prompt, and detects its type from its content: an image in any format that the browser decodes, or
 * a text.
 * @returns the attachment, or a sentence that explains why the file can't be attached
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
