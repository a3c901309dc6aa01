/** The name that a prompt begins with, as one speaks to somebody; further on an @ is as often code (`@media`) as a name. */
export const addressedIn = (prompt: string): string | null =>
  /^\s*@([a-z][a-z0-9-]{0,63})(?![\w@/-]|\.\w)/i.exec(prompt)?.[1] ?? null;

/**
 * The first agent a prompt names with an @. An e-mail address, an npm scope (`@frontend/button`) and a host name are
 * no mentions, nor is a name that no agent has.
 */
export function mentionedIn(prompt: string, isAgent: (name: string) => boolean): string | null {
  for (const [, name = ""] of prompt.matchAll(/(?<![\w@./+-])@([a-z][a-z0-9-]*)(?![\w@/-]|\.\w)/gi)) {
    const known = name.toLowerCase();
    if (isAgent(known)) return known;
  }
  return null;
}
