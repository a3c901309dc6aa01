/** Returns the host of an address as people type it, with its port; null where it is none. */
export function hostIn(text: string): string | null {
  const typed = text.trim();
  const address = /^https?:\/\//i.test(typed) ? typed : `https://${typed}`;
  return typed !== "" && URL.canParse(address) ? new URL(address).host : null;
}
