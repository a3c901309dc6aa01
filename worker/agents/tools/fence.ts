const idBytes = 8;

/** A number that nobody can know before the call it is for: what a result holds cannot contain the mark it ends with. */
export function newFence(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(idBytes));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Data as a model is given it: prompts/shared/work.md tells what the marks mean. */
export const fenced = (fence: string, data: string): string => `<data-${fence}>\n${data}\n</data-${fence}>`;
