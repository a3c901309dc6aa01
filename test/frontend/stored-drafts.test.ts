import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { removeDraft, storeDraft, storedDrafts } from "../../frontend/src/files/stored-drafts.ts";

/** Simulates the browser's storage: its keys are its own properties, and its capacity is limited. */
class MemoryStorage {
  [key: string]: unknown;
  static readonly maxLength = 20_000;
  getItem(key: string): string | null {
    const text = this[key];
    return Object.hasOwn(this, key) && typeof text === "string" ? text : null;
  }
  setItem(key: string, text: string): void {
    const others = Object.entries(this).filter(([name]) => name !== key);
    const length = others.reduce((sum, [, value]) => sum + String(value).length, text.length);
    if (length > MemoryStorage.maxLength) throw new DOMException("full", "QuotaExceededError");
    this[key] = text;
  }
  removeItem(key: string): void {
    delete this[key];
  }
}

const content = "const value = 1;\n".repeat(500);
const base = {
  path: "src/long.ts",
  content,
  encoding: "utf-8" as const,
  language: "typescript",
  bytes: content.length,
  sha256: "a".repeat(64),
  revision: 3,
};
const edited = (at: number, insert: string) => content.slice(0, at) + insert + content.slice(at);

let storage: MemoryStorage;

beforeEach(() => {
  storage = new MemoryStorage();
  vi.stubGlobal("localStorage", storage);
});

afterEach(() => {
  vi.unstubAllGlobals();
});

const read = () => storedDrafts("local", "proj_1").get("src/long.ts");

describe("stored edits of a file", () => {
  it("Stored edits are read as they were, at the begin, in the middle and at the end of a file", () => {
    for (const at of [0, 4_000, content.length]) {
      expect(storeDraft("local", "proj_1", "src/long.ts", { text: edited(at, "x"), base })).toBe(true);
      expect(read()).toEqual({ text: edited(at, "x"), base });
    }
  });

  it("A pause in typing writes the change and not the file again", () => {
    storeDraft("local", "proj_1", "src/long.ts", { text: edited(10, "a"), base });
    const write = vi.spyOn(storage, "setItem");
    storeDraft("local", "proj_1", "src/long.ts", { text: edited(10, "ab"), base });
    expect(write.mock.calls.map(([, text]) => text.length < 400)).toEqual([true]);
  });

  it("Edits of a newer version of the file replace its stored content, and dropped edits leave nothing", () => {
    storeDraft("local", "proj_1", "src/long.ts", { text: edited(10, "a"), base });
    const newer = { ...base, content: `${content}// newer\n`, sha256: "b".repeat(64), revision: 4 };
    storeDraft("local", "proj_1", "src/long.ts", { text: `${newer.content}x`, base: newer });
    expect(read()).toEqual({ text: `${newer.content}x`, base: newer });
    expect(Object.keys(storage)).toHaveLength(2);
    removeDraft("local", "proj_1", "src/long.ts");
    expect(Object.keys(storage)).toEqual([]);
  });

  it("Edits are whole again after another tab has removed the content that they change", () => {
    storeDraft("local", "proj_1", "src/long.ts", { text: edited(10, "a"), base });
    removeDraft("local", "proj_1", "src/long.ts");
    storeDraft("local", "proj_1", "src/long.ts", { text: edited(10, "ab"), base });
    expect(read()).toEqual({ text: edited(10, "ab"), base });
  });

  it("A full storage keeps no part of the edits, and says so", () => {
    storage.setItem("other", "x".repeat(MemoryStorage.maxLength - 4_000));
    expect(storeDraft("local", "proj_1", "src/long.ts", { text: edited(10, "a"), base })).toBe(false);
    expect(Object.keys(storage)).toEqual(["other"]);
  });

  it("Edits that an earlier version of the app has stored whole are read", () => {
    storage.setItem("edgesmith-edit-proj_1/src/long.ts", JSON.stringify({ text: edited(3, "old"), base }));
    expect(read()).toEqual({ text: edited(3, "old"), base });
  });
});
