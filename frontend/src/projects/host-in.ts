/** Parses the host, with its port, from a URL as people type it; null if it is invalid. */
export function hostIn(text: string): string | null {
  const typed = text.trim();
  const address = /^https?:\/\//i.test(typed) ? typed : `https://${typed}`;
  return typed !== "" && URL.canParse(address) ? new URL(address).host : null;
}
