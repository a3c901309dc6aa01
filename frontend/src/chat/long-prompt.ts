import { maxPromptLength } from "./prompt-limit.ts";

/** The smallest limit for a file of any plan, in bytes, less some room. */
const maxPartBytes = 50_000;
/** How much of a long prompt is sent as it is, so that the router and a reader of the conversation know its subject. */
const shownLength = 4_000;

export type AttachedPart = { path: string; content: string };

const utf8 = new TextEncoder();

/** Divides a text at line ends into parts of at most `maxPartBytes`; a line that is longer is divided between characters. */
function partsOf(text: string): string[] {
  const parts: string[] = [];
  let part = "";
  let bytes = 0;
  // An average piece fits thousands of times, and no piece is larger than a part.
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
 * Returns the files that hold a prompt that is too long for the API; none for one that is not.
 * @param room the characters of the limit that something else of the prompt takes
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

/** Returns the beginning of a long prompt, and where the whole of it is. */
export const promptWithAttachment = (prompt: string, paths: readonly string[]): string =>
  `${prompt.slice(0, shownLength).replace(/[\uD800-\uDBFF]$/, "")} …\n\n(This is the beginning of a long text. All of it is in ${paths.join(", ")}: read it first.)`;

/** Returns a file's name as part of a path that every system takes. */
const nameInPath = (name: string): string =>
  name
    .normalize("NFC")
    .replaceAll(/[^\p{L}\p{N}._-]+/gu, "-")
    .slice(-80)
    .replaceAll(/^[.-]+|[.-]+$/g, "") || "file";

/** Returns the project's files that hold the texts attached to a prompt, each under a path of its own. */
export function attachedTexts(texts: readonly { name: string; text: string }[], now: Date): AttachedPart[] {
  const taken = new Set<string>();
  return texts.map(({ name, text }, index) => {
    const path = `attachments/${stampOf(now)}-${nameInPath(name)}`;
    // Paths that differ in case alone are the same file on some systems.
    const isTaken = taken.has(path.toLowerCase());
    taken.add(path.toLowerCase());
    return { path: isTaken ? path.replace("attachments/", `attachments/${index + 1}-`) : path, content: text };
  });
}

/** Returns the sentence that tells the agent of attached files; empty without any. */
export const attachedNote = (paths: readonly string[]): string =>
  paths.length === 0 ? "" : `\n\n(Attached: ${paths.join(", ")}. Read ${paths.length === 1 ? "it" : "them"} first.)`;
