// A token is `esk_`, 30 random base62 characters and 6 for their CRC-32: mistyped and invented tokens are refused
// without a query, and secret scanners can recognize real ones.

const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const bodyLength = 30;
const shape = /^esk_([0-9A-Za-z]{30})([0-9A-Za-z]{6})$/;

function checksum(body: string): string {
  // Loaded on demand: importing `node:zlib` took 2 of the 100 ms that an isolate has to start.
  let rest = process.getBuiltinModule("node:zlib").crc32(body);
  let text = "";
  for (; rest > 0; rest = Math.floor(rest / 62)) text = `${digits[rest % 62]}${text}`;
  return text.padStart(6, "0");
}

/** @returns random characters without bias: of a byte's 256 values it uses only the first 248 (4 × 62) */
function randomBody(): string {
  let body = "";
  while (body.length < bodyLength) {
    for (const byte of crypto.getRandomValues(new Uint8Array(bodyLength))) {
      if (byte < 248 && body.length < bodyLength) body += digits[byte % 62];
    }
  }
  return body;
}

/** @returns the text of a new random token */
export function newTokenText(): string {
  const body = randomBody();
  return `esk_${body}${checksum(body)}`;
}

/** Whether a text has a token's format and checksum. */
export function isWellFormedToken(text: string): boolean {
  const [, body, sum] = shape.exec(text) ?? [];
  return body !== undefined && sum === checksum(body);
}

/** @returns the SHA-256 in hex, which the database stores in place of the token */
export async function hashToken(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @returns the hash of a header's bearer token; null when the header has no well-formed one */
export async function hashOfBearer(authorization: string): Promise<string | null> {
  const text = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
  return text !== undefined && isWellFormedToken(text) ? hashToken(text) : null;
}
