/** Something that the command palette can do. */
export type Command = { id: string; kind: "action" | "file" | "line"; title: string; detail: string; run: () => void };

/** How well a text matches the typed letters: null when its letters do not occur in order, more for whole words and names. */
export function matchScore(typed: string, text: string): number | null {
  const sought = typed.toLowerCase().replaceAll(/\s+/g, "");
  const within = text.toLowerCase();
  if (sought === "") return 0;
  const at = within.lastIndexOf(sought);
  const nameStart = within.lastIndexOf("/") + 1;
  // The exact text: best at the start of the file's name, then within the name, then within its folders.
  if (at !== -1) return 1_000 - text.length / 100 + (at === nameStart ? 500 : at > nameStart ? 250 : 0);
  let from = 0;
  let gaps = 0;
  for (const letter of sought) {
    const found = within.indexOf(letter, from);
    if (found === -1) return null;
    gaps += found - from;
    from = found + 1;
  }
  return 500 - gaps - text.length / 100;
}

const maxShown = 50;

/** Returns the commands that match the typed letters, best first. */
export function findCommands(commands: readonly Command[], typed: string): Command[] {
  return commands
    .flatMap((command) => {
      const score = matchScore(typed, command.title);
      return score === null ? [] : [{ command, score }];
    })
    .sort((one, other) => other.score - one.score)
    .slice(0, maxShown)
    .map(({ command }) => command);
}
