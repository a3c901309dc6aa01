const MAX_BYTES = 16_384;

/** Reads a submitted form; returns null for another media type or a body beyond 16 KB. */
export async function readForm(request: Request): Promise<URLSearchParams | null> {
  const type = request.headers.get("Content-Type") ?? "";
  if (!/^application\/x-www-form-urlencoded\b/i.test(type)) return null;
  const decoder = new TextDecoder();
  let [text, bytes] = ["", 0];
  for await (const chunk of request.body ?? []) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) return null;
    text += decoder.decode(chunk, { stream: true });
  }
  return new URLSearchParams(text + decoder.decode());
}

/**
 * Normalizes an e-mail address to lower case, so that one mailbox is one person.
 * @returns null for a text that is not an address
 */
export function emailOf(text: string | null): string | null {
  const email = (text ?? "").trim().toLowerCase();
  return email.length <= 254 && /^[^\s@<>"(),:;\\[\]]{1,64}@[a-z0-9.-]+\.[a-z0-9-]+$/.test(email) ? email : null;
}

/** Reads a name: one line of at most 100 characters; returns null for any other text. */
export function nameOf(text: string | null): string | null {
  const name = (text ?? "").trim();
  return name.length <= 100 && name.isWellFormed() && !/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u.test(name)
    ? name
    : null;
}
