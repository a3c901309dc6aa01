import { z } from "./route.ts";
import { base64, isBase64 } from "./text.ts";

export const imageType = z.enum(["image/png", "image/jpeg", "image/gif", "image/webp"]);
export type ImageType = z.infer<typeof imageType>;

/** The magic bytes of each type: PNG 5.2, JPEG B.1.1.3, GIF89a 17, RIFF with the form type WEBP. */
const isOf: Record<ImageType, (start: string) => boolean> = {
  "image/png": (start) => start.startsWith("\x89PNG\r\n\x1a\n"),
  "image/jpeg": (start) => start.startsWith("\xff\xd8\xff"),
  "image/gif": (start) => /^GIF8[79]a/.test(start),
  "image/webp": (start) => /^RIFF[\s\S]{4}WEBP/.test(start),
};
/** The base64 length of the first twelve bytes, which identify every type. */
const startCharacters = 16;

/**
 * @param data base64
 * @returns the image's type by its first bytes; null for a type that models do not accept
 */
export function imageTypeOf(data: string): ImageType | null {
  const start = data.slice(0, startCharacters);
  if (!isBase64(start)) return null;
  const bytes = atob(start);
  return imageType.options.find((type) => isOf[type](bytes)) ?? null;
}

export const image = z.strictObject({
  mediaType: imageType.openapi({ description: "When the bytes are of another of these types, that type counts." }),
  data: base64()
    .min(1)
    .max(6_000_000)
    .refine((data) => !isBase64(data) || imageTypeOf(data) !== null, {
      message: "is not a PNG, JPEG, GIF or WebP image",
      params: { code: "invalid_image" },
    }),
});
export type Image = z.infer<typeof image>;

/** @returns the image with the media type of its content, since a model's server refuses a mismatch */
export const calledByItsBytes = (image: Image): Image => ({
  ...image,
  mediaType: imageTypeOf(image.data) ?? image.mediaType,
});
