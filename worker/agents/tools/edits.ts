export type Edit = { find: string; replace: string };

/** Applies edits in order, each to a text that occurs once. @returns the new content, or a sentence on the first that does not fit. */
export function replaceEach(content: string, edits: Edit[]): { content: string } | { fault: string } {
  let edited = content;
  for (const [place, edit] of edits.entries()) {
    const { find, replace } = withLineEndsOf(edited, edit);
    const which = edits.length === 1 ? "The text to find" : `Edit ${place + 1} of ${edits.length}: the text to find`;
    const at = edited.indexOf(find);
    if (at < 0) return { fault: `${which} does not occur. ${nearest(edited, find)}` };
    const more = edited.indexOf(find, at + 1);
    if (more >= 0) {
      return {
        fault: `${which} occurs more than once (lines ${lineAt(edited, at)} and ${lineAt(edited, more)}, at least). Include a line around the one you mean.`,
      };
    }
    edited = edited.slice(0, at) + replace + edited.slice(at + find.length);
  }
  return { content: edited };
}

/** A model writes plain line feeds, whatever ends the lines of the file. */
function withLineEndsOf(content: string, edit: Edit): Edit {
  if (!content.includes("\r\n") || edit.find.includes("\r") || content.includes(edit.find)) return edit;
  const dos = (text: string) => text.replaceAll("\n", "\r\n");
  return { find: dos(edit.find), replace: dos(edit.replace) };
}

const lineAt = (text: string, index: number): number => text.slice(0, index).split("\n").length;

const pairsOf = (line: string): Set<string> => {
  const text = line.replace(/\s+/g, " ").trim();
  return new Set(Array.from({ length: Math.max(0, text.length - 1) }, (_, place) => text.slice(place, place + 2)));
};

/** How alike two sets of character pairs are, from 0 to 1 (Sørensen–Dice). */
function alike(one: Set<string>, other: Set<string>): number {
  if (one.size === 0 || other.size === 0) return 0;
  let shared = 0;
  for (const pair of one) if (other.has(pair)) shared++;
  return (2 * shared) / (one.size + other.size);
}

const longest = 4_000;

/** The lines of the file that are most like the first line of what was looked for. */
function nearest(content: string, find: string): string {
  const sought = pairsOf(
    find
      .split("\n")
      .find((line) => line.trim() !== "")
      ?.slice(0, 400) ?? "",
  );
  const lines = content.split("\n").slice(0, longest);
  const scores = lines.map((line, index) => ({ index, score: alike(sought, pairsOf(line.slice(0, 400))) }));
  const best = scores.reduce((one, other) => (other.score > one.score ? other : one), { index: 0, score: 0 });
  if (best.score < 0.4) return "Nothing in the file is like it: read the file again.";
  const reach = Math.min(8, find.split("\n").length + 1);
  const near = lines.slice(Math.max(0, best.index - 1), best.index + reach);
  return `The nearest lines, from line ${Math.max(1, best.index)} on, are:\n${near.join("\n")}`;
}
