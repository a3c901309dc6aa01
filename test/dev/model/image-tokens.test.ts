import { expect, it } from "vitest";
import { imageTokens } from "../../../dev/model/anthropic/image-tokens.ts";

const png = Buffer.concat([
  Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
  Buffer.from("0000000d4948445200000500000003840000000000000000", "hex"),
]);
const webp = Buffer.concat([
  Buffer.from("RIFF\0\0\0\0WEBPVP8 \0\0\0\0", "latin1"),
  Buffer.from("0000009d012a00058403", "hex"),
]);

it.each([
  ["a PNG", png, (1_280 * 900) / 750],
  ["a lossy WebP", webp, (1_280 * 900) / 750],
  ["an image of another type", Buffer.alloc(64), 1_600],
])("%s counts by its pixels where they are known", (_name, bytes, tokens) => {
  expect(imageTokens(bytes.toString("base64"))).toBe(Math.ceil(tokens));
});
