// A token is `esk_`, 30 random base62 characters and 6 that are their CRC-32: a typing error or a made-up token is
// refused without touching the database, and secret scanners can tell a real one.

const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const bodyLength = 30;
const shape = /^esk_([0-9A-Za-z]{30})([0-9A-Za-z]{6})$/;

function checksum(body: string): string {
  // Not imported: `node:zlib` took 2 of the 100 ms in which an isolate has to start.
  let rest = process.getBuiltinModule("node:zlib").crc32(body);
  let text = "";
  for (; rest > 0; rest = Math.floor(rest / 62)) text = `${digits[rest % 62]}${text}`;
  return text.padStart(6, "0");
}

/** Characters without bias: of a byte's 256 values only the first 248 (4 × 62) are used. */
function randomBody(): string {
  let body = "";
  while (body.length < bodyLength) {
    for (const byte of crypto.getRandomValues(new Uint8Array(bodyLength))) {
      if (byte < 248 && body.length < bodyLength) body += digits[byte % 62];
    }
  }
  return body;
}

export function newTokenText(): string {
  const body = randomBody();
  return `esk_${body}${checksum(body)}`;
}

/** Whether a text can be a token at all. */
export function isWellFormedToken(text: string): boolean {
  const [, body, sum] = shape.exec(text) ?? [];
  return body !== undefined && sum === checksum(body);
}

/** Hex SHA-256: what the database keeps of a token. */
export async function hashToken(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The hash of a header's bearer token; null where it has none, or one that cannot be. */
export async function hashOfBearer(authorization: string): Promise<string | null> {
  const text = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
  return text !== undefined && isWellFormedToken(text) ? hashToken(text) : null;
}
