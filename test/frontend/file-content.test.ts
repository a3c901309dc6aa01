import { describe, expect, it } from "vitest";
import { base64Of, imageTypeIn, textIn } from "../../frontend/src/chat/file-content.ts";
import { sentSize } from "../../frontend/src/chat/picture-size.ts";

const bytesOf = (latin: string) => Uint8Array.from(latin, (one) => one.charCodeAt(0));

describe("the content of a file", () => {
  it("imageTypeIn tells each type that models accept by its first bytes, whatever the file is called", () => {
    expect(imageTypeIn(bytesOf("\x89PNG\r\n\x1a\nrest"))).toBe("image/png");
    expect(imageTypeIn(bytesOf("\xff\xd8\xff\xe0rest"))).toBe("image/jpeg");
    expect(imageTypeIn(bytesOf("GIF89a rest"))).toBe("image/gif");
    expect(imageTypeIn(bytesOf("RIFF\0\0\0\0WEBPVP8 "))).toBe("image/webp");
  });

  it("imageTypeIn returns null for a script, a sound in a RIFF container, and an empty file", () => {
    for (const other of ["<script>", "RIFF\0\0\0\0WAVE", "", "\x89PNG"]) expect(imageTypeIn(bytesOf(other))).toBeNull();
  });

  it("textIn reads clean UTF-8 with its byte order mark, and returns null for other bytes", () => {
    expect(textIn(new TextEncoder().encode("\ufeffGrüße"))).toBe("\ufeffGrüße");
    expect(textIn(bytesOf("a\0b"))).toBeNull();
    expect(textIn(bytesOf("\xff\xfe"))).toBeNull();
  });

  it("base64Of encodes more bytes than one call takes arguments", () => {
    const bytes = Uint8Array.from({ length: 200_000 }, (_, index) => index % 256);
    expect(base64Of(bytes)).toBe(Buffer.from(bytes).toString("base64"));
  });
});

describe("the size of a sent picture", () => {
  it("A picture keeps its size where models see all of it, and its shape where it is scaled down", () => {
    expect(sentSize({ width: 800, height: 600 })).toEqual({ width: 800, height: 600 });
    expect(sentSize({ width: 3_136, height: 1_568 })).toEqual({ width: 1_568, height: 784 });
    expect(sentSize({ width: 20_000, height: 2 })).toEqual({ width: 1_568, height: 1 });
  });
});
