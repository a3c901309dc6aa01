/** Images of unknown size count as the largest that is not scaled down. */
const maxTokens = 1_600;
const pixelsToToken = 750;

/**
 * Counts an image's tokens as the API does, by its pixels: https://platform.claude.com/docs/en/build-with-claude/vision
 * @param data base64
 */
export function imageTokens(data: string): number {
  const size = sizeOf(Buffer.from(data.slice(0, 64), "base64"));
  return size === null ? maxTokens : Math.ceil((size.width * size.height) / pixelsToToken);
}

/** Reads the size of a PNG or of a lossy WebP (a VP8 key frame); null for another image. */
function sizeOf(bytes: Buffer): { width: number; height: number } | null {
  if (bytes.length < 30) return null;
  if (bytes.toString("latin1", 1, 4) === "PNG")
    return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
  if (bytes.toString("latin1", 12, 16) !== "VP8 ") return null;
  return { width: bytes.readUInt16LE(26) & 0x3fff, height: bytes.readUInt16LE(28) & 0x3fff };
}
