import { Buffer } from "node:buffer";
import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from "node:crypto";

// scrypt runs natively in workerd (39 ms at these costs), as for the platform's own accounts. The hash includes the
// costs, so that they can be increased.
const COST = { N: 16_384, r: 8, p: 1 };
const KEY_BYTES = 64;

const derive = (password: string, salt: Buffer, cost: ScryptOptions): Promise<Buffer> =>
  new Promise((resolve, reject) =>
    scrypt(password.normalize("NFKC"), salt, KEY_BYTES, cost, (error, key) => (error ? reject(error) : resolve(key))),
  );

/**
 * Hashes a password.
 * @returns `N:r:p:salt:key`, with salt and key in base64url
 */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(password, salt, COST);
  return [...Object.values(COST), salt.toString("base64url"), key.toString("base64url")].join(":");
}

/**
 * Verifies a password in constant time.
 * @param stored result of `hashPassword`; null takes the same time and fails
 */
export async function verifyPassword(stored: string | null, password: string): Promise<boolean> {
  const [N = COST.N, r = COST.r, p = COST.p] = (stored ?? "").split(":", 3).filter(Boolean).map(Number);
  const [salt = "", key = ""] = (stored ?? "").split(":").slice(3);
  const expected = Buffer.from(key, "base64url");
  const actual = await derive(password, Buffer.from(salt, "base64url"), { N, r, p });
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}
