/**
 * @returns a text as a header's extended value (RFC 8187, 3.2.1), which allows fewer unescaped characters than a URL
 */
export const extendedValue = (text: string): string =>
  encodeURIComponent(text).replace(/['()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
