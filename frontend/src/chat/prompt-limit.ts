/** The API's limit for a prompt, in characters. */
export const maxPromptLength = 32_000;
