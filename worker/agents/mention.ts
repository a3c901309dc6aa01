/**
 * Returns the agent name that a prompt begins with. Elsewhere in a prompt an @ is as likely code (`@media`) as a name.
 */
export const addressedIn = (prompt: string): string | null =>
  /^\s*@([a-z][a-z0-9-]{0,63})(?![\w@/-]|\.\w)/i.exec(prompt)?.[1] ?? null;

/**
 * Returns the first agent that a prompt mentions with an @. E-mail addresses, npm scopes (`@frontend/button`), host
 * names and names of unknown agents are not mentions.
 */
export function mentionedIn(prompt: string, isAgent: (name: string) => boolean): string | null {
  for (const [, name = ""] of prompt.matchAll(/(?<![\w@./+-])@([a-z][a-z0-9-]*)(?![\w@/-]|\.\w)/gi)) {
    const known = name.toLowerCase();
    if (isAgent(known)) return known;
  }
  return null;
}
