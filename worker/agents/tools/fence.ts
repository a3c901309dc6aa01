const idBytes = 8;

/** Returns a random id for a fence. It is unpredictable, so that data cannot contain the mark that closes it. */
export function newFence(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(idBytes));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Encloses data in a fence for the model; prompts/shared/work.md explains the marks to it. */
export const fenced = (fence: string, data: string): string => `<data-${fence}>\n${data}\n</data-${fence}>`;
