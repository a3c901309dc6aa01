import { afterEach, beforeEach, expect, it, vi } from "vitest";

const storage = { getItem: () => null, setItem: () => {}, removeItem: () => {}, key: () => null, length: 0 };
vi.stubGlobal("localStorage", storage);
vi.stubGlobal("sessionStorage", storage);
vi.stubGlobal("addEventListener", () => {});
/** The callbacks queued for the next frame. */
const waiting: (() => void)[] = [];
vi.stubGlobal("requestAnimationFrame", (callback: () => void) => waiting.push(callback));
const heard = vi.fn();
vi.mock("react", () => ({
  useSyncExternalStore: (subscribe: (listener: () => void) => unknown, read: () => unknown) => {
    subscribe(heard);
    return read();
  },
}));
const { setEditDraft, useEditDraft } = await import("../../frontend/src/files/edit-drafts.ts");

const base = {
  path: "a.ts",
  content: "",
  encoding: "utf-8",
  sha256: "",
  bytes: 0,
  language: "typescript",
  revision: 1,
} as const;
const type = (text: string) => setEditDraft("prj_1", "a.ts", { text, base });
const paint = () => {
  for (const callback of waiting.splice(0)) callback();
};

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  type("begun");
  useEditDraft("prj_1", "a.ts");
  heard.mockClear();
});

afterEach(() => {
  setEditDraft("prj_1", "a.ts", null);
  vi.useRealTimers();
});

it("setEditDraft notifies its listeners once, when no key has followed for 150 ms", () => {
  for (const text of ["o", "on", "one"]) {
    type(text);
    vi.advanceTimersByTime(100);
    expect(heard).not.toHaveBeenCalled();
  }
  vi.advanceTimersByTime(50);
  expect(heard).toHaveBeenCalledTimes(1);
});

it("setEditDraft notifies its listeners each second while keys follow each other, after the frame of a key", () => {
  for (let at = 0; at <= 1_000; at += 100) {
    expect(heard).not.toHaveBeenCalled();
    type(`${at}`);
    if (at < 1_000) vi.advanceTimersByTime(100);
  }
  vi.advanceTimersByTime(20);
  // The key has not been painted yet.
  expect(heard).not.toHaveBeenCalled();
  paint();
  vi.advanceTimersByTime(0);
  expect(heard).toHaveBeenCalledTimes(1);
  type("next");
  vi.advanceTimersByTime(150);
  expect(heard).toHaveBeenCalledTimes(2);
});
