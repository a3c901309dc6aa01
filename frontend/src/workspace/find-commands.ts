/** An entry of the command palette. */
export type Command = { id: string; kind: "action" | "file" | "line"; title: string; detail: string; run: () => void };

/**
 * Scores how well a text matches the typed letters: higher for whole words and names; null if the letters do not occur
 * in order.
 */
export function matchScore(typed: string, text: string): number | null {
  const sought = typed.toLowerCase().replaceAll(/\s+/g, "");
  const within = text.toLowerCase();
  if (sought === "") return 0;
  const at = within.lastIndexOf(sought);
  const nameStart = within.lastIndexOf("/") + 1;
  // An exact substring scores best at the start of the file's name, then within the name, then in its folders.
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

/** Returns the commands that match the typed letters, best match first. */
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
