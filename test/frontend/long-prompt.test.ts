import { describe, expect, it } from "vitest";
import {
  attachedNote,
  attachedParts,
  attachedTexts,
  promptWithAttachment,
} from "../../frontend/src/chat/long-prompt.ts";
import { maxPromptLength } from "../../frontend/src/chat/prompt-limit.ts";

const now = new Date("2026-11-28T12:34:56.000Z");

describe("a prompt that is too long for a message", () => {
  it("attachedParts attaches nothing while the prompt fits", () => {
    expect(attachedParts("x".repeat(maxPromptLength), now)).toEqual([]);
  });

  it("attachedParts keeps every character, in files that the smallest plan allows", () => {
    const text = `${"A line with ümlauts and 😀.\n".repeat(6_000)}${"😀".repeat(30_000)}`;
    const parts = attachedParts(text, now);
    expect(parts.map(({ content }) => content).join("")).toBe(text);
    expect(parts.length).toBeGreaterThan(1);
    for (const { content } of parts) {
      expect(Buffer.byteLength(content)).toBeLessThanOrEqual(51_200);
      expect(content.isWellFormed()).toBe(true);
    }
    expect(parts[0]?.path).toBe("attachments/prompt-20261128-123456-1.md");
  });

  it("promptWithAttachment fits the API's limit and names the files", () => {
    const prompt = promptWithAttachment("😀".repeat(40_000), ["attachments/a.md"]);
    expect(prompt.length).toBeLessThan(maxPromptLength);
    expect(prompt).toContain("attachments/a.md");
    expect(prompt.isWellFormed()).toBe(true);
  });
});

describe("texts attached to a prompt", () => {
  it("attachedTexts gives each text a path of its own, with a name that every system takes", () => {
    const names = ["My notes (1).md", "../../etc/passwd", "MY NOTES (1).md", "con", "…"];
    const paths = attachedTexts(
      names.map((name) => ({ name, text: "x" })),
      now,
    ).map(({ path }) => path);
    for (const path of paths) expect(path).toMatch(/^attachments\/[\w.-]+$/);
    expect(new Set(paths.map((path) => path.toLowerCase())).size).toBe(names.length);
    expect(paths[1]).not.toContain("..");
  });

  it("attachedNote names the attached files, and is empty without any", () => {
    expect(attachedNote([])).toBe("");
    expect(attachedNote(["attachments/a.md"])).toContain("attachments/a.md. Read it first.");
  });

  it("attachedParts leaves room for the note of the attached files", () => {
    const prompt = "x".repeat(maxPromptLength - 10);
    expect(attachedParts(prompt, now)).toEqual([]);
    expect(attachedParts(prompt, now, 20).length).toBeGreaterThan(0);
  });
});
