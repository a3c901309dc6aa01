export const sign = (word) => `signed: ${word}`;
