import type { Buffer } from "node:buffer";
import { createHmac, timingSafeEqual } from "node:crypto";

/** How far off, in seconds, the moment of a signature may be: what somebody overheard is soon of no use. */
const toleranceSeconds = 300;

type Bytes = string | Uint8Array;

/**
 * Whether one of some signatures is the HMAC-SHA256 of these parts, one after the other. It is made once, however many
 * signatures there are, and compared in constant time.
 */
export function verifyHmac(key: Bytes, parts: Bytes[], signatures: Buffer[]): boolean {
  const hmac = createHmac("sha256", key);
  for (const part of parts) hmac.update(part);
  const mac = hmac.digest();
  return signatures.some((one) => one.length === mac.length && timingSafeEqual(one, mac));
}

/** Whether a moment, in Unix seconds, is near enough to now. */
export const isRecentTimestamp = (seconds: string): boolean =>
  /^\d{1,12}$/.test(seconds) && Math.abs(Date.now() / 1_000 - Number(seconds)) <= toleranceSeconds;
