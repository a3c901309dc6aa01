import { describe, expect, it } from "vitest";
import { hashToken, isWellFormedToken, newTokenText } from "../../../worker/accounts/token-text.ts";

describe("the format of a token", () => {
  it("A token is esk_, 30 characters and their CRC-32 in base62, padded with 0", () => {
    for (let count = 0; count < 200; count += 1) {
      const text = newTokenText();
      expect(text).toMatch(/^esk_[0-9A-Za-z]{36}$/);
      expect(text.slice(-6)).toBe(base62(crc32(text.slice(4, 34))));
      expect(isWellFormedToken(text)).toBe(true);
    }
  });

  it("A token with any one character changed is malformed", () => {
    const text = newTokenText();
    for (let at = 4; at < text.length; at += 1) {
      const other = text[at] === "0" ? "1" : "0";
      expect(isWellFormedToken(text.slice(0, at) + other + text.slice(at + 1))).toBe(false);
    }
  });

  it("A token with another prefix or length is malformed", () => {
    const text = newTokenText();
    for (const wrong of ["", "esk_", text.slice(4), `${text}0`, text.slice(0, -1), text.replace("esk", "ESK")]) {
      expect(isWellFormedToken(wrong)).toBe(false);
    }
  });

  it("A token is stored as its SHA-256", async () => {
    expect(await hashToken("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  });
});

/** The algorithm bit by bit, as a reference. */
function crc32(text: string): number {
  let crc = 0xffffffff;
  for (const byte of new TextEncoder().encode(text)) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}

function base62(value: number): string {
  const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  let text = "";
  for (let rest = value; rest > 0; rest = Math.floor(rest / 62)) text = `${digits[rest % 62]}${text}`;
  return text.padStart(6, "0");
}
