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
