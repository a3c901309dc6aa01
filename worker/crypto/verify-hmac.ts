import type { Buffer } from "node:buffer";
import { createHmac, timingSafeEqual } from "node:crypto";

/** The tolerance of a signature's timestamp, in seconds, which limits replays. */
const toleranceSeconds = 300;

type Bytes = string | Uint8Array;

/**
 * Verifies that one of the signatures is the HMAC-SHA256 of the concatenated parts. Computes the HMAC once for all
 * signatures, and compares in constant time.
 */
export function verifyHmac(key: Bytes, parts: Bytes[], signatures: Buffer[]): boolean {
  const hmac = createHmac("sha256", key);
  for (const part of parts) hmac.update(part);
  const mac = hmac.digest();
  return signatures.some((signature) => signature.length === mac.length && timingSafeEqual(signature, mac));
}

/** Whether a timestamp, in Unix seconds, is within the tolerance. */
export const isRecentTimestamp = (seconds: string): boolean =>
  /^\d{1,12}$/.test(seconds) && Math.abs(Date.now() / 1_000 - Number(seconds)) <= toleranceSeconds;
