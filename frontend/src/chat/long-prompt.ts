import { maxPromptLength } from "./prompt-limit.ts";

/** The smallest file limit of any plan in bytes, minus a margin. */
const maxPartBytes = 50_000;
/**
 * The length of the beginning that is sent inline, so that the router and a reader of the conversation know the
 * subject.
 */
const shownLength = 4_000;

export type AttachedPart = { path: string; content: string };

const utf8 = new TextEncoder();

/** Splits a text at line ends into parts of at most `maxPartBytes` bytes. Splits a longer line between characters. */
function partsOf(text: string): string[] {
  const parts: string[] = [];
  let part = "";
  let bytes = 0;
  // An average piece is far smaller than a part, and no piece is larger than a part.
  for (const piece of text.match(/[^\n]{0,4000}\n|[^\n]{1,4000}/gu) ?? []) {
    const size = utf8.encode(piece).length;
    if (bytes + size > maxPartBytes) {
      parts.push(part);
      part = "";
      bytes = 0;
    }
    part += piece;
    bytes += size;
  }
  return part === "" ? parts : [...parts, part];
}

const stampOf = (now: Date): string => now.toISOString().slice(0, 19).replaceAll(/[-:]/g, "").replace("T", "-");

/**
 * Returns the files that store a prompt that is too long for the API; an empty list if the prompt fits.
 * @param room the number of characters that other content of the prompt takes from the limit
 */
export function attachedParts(prompt: string, now: Date, room = 0): AttachedPart[] {
  if (prompt.length <= maxPromptLength - room) return [];
  const parts = partsOf(prompt);
  const name = `attachments/prompt-${stampOf(now)}`;
  return parts.map((content, index) => ({
    path: parts.length === 1 ? `${name}.md` : `${name}-${index + 1}.md`,
    content,
  }));
}

/** Returns the beginning of a long prompt, followed by the paths of the files with its full text. */
export const promptWithAttachment = (prompt: string, paths: readonly string[]): string =>
  `${prompt.slice(0, shownLength).replace(/[\uD800-\uDBFF]$/, "")} …\n\n(This is the beginning of a long text. All of it is in ${paths.join(", ")}: read it first.)`;

/** Converts a file's name to a path segment that every operating system accepts. */
const nameInPath = (name: string): string =>
  name
    .normalize("NFC")
    .replaceAll(/[^\p{L}\p{N}._-]+/gu, "-")
    .slice(-80)
    .replaceAll(/^[.-]+|[.-]+$/g, "") || "file";

/** Returns the project's files for the texts attached to a prompt, each with a unique path. */
export function attachedTexts(texts: readonly { name: string; text: string }[], now: Date): AttachedPart[] {
  const taken = new Set<string>();
  return texts.map(({ name, text }, index) => {
    const path = `attachments/${stampOf(now)}-${nameInPath(name)}`;
    // Some file systems treat paths that differ only in case as the same file.
    const isTaken = taken.has(path.toLowerCase());
    taken.add(path.toLowerCase());
    return { path: isTaken ? path.replace("attachments/", `attachments/${index + 1}-`) : path, content: text };
  });
}

/** Returns the sentence that tells the agent about attached files; empty without files. */
export const attachedNote = (paths: readonly string[]): string =>
  paths.length === 0 ? "" : `\n\n(Attached: ${paths.join(", ")}. Read ${paths.length === 1 ? "it" : "them"} first.)`;
