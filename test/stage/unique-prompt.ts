/**
 * Returns a prompt that no other test sends, and no earlier attempt of the same test. The scripted model counts the faults
 * that a prompt requests by the prompt's text, so that a second run with the same text would meet none.
 */
export const uniquePrompt = (prompt: string): string => `${prompt} ${crypto.randomUUID()}`;
