/**
 * The counts of two adjacent windows; the older one fades linearly while the newer one passes. It allows at most
 * `limit` in any window, assuming that the older requests were spread evenly. The same rule as @upstash/ratelimit's
 * sliding window, except that a window starts with the first request and not with the clock, so that a burst after idle
 * time is counted exactly.
 */
export type Window = { start: number; current: number; previous: number };

type Rules = { limit: number; windowMs: number };

/** @returns the window at a later moment: the same, the next one, or a new one after idle time */
function at(window: Window | undefined, windowMs: number, now: number): Window {
  const fresh = { start: now, current: 0, previous: 0 };
  if (!window || now < window.start) return window ? { ...window, start: now } : fresh;
  if (now - window.start >= 2 * windowMs) return fresh;
  if (now - window.start < windowMs) return window;
  return { start: window.start + windowMs, current: 0, previous: window.current };
}

/**
 * Consumes one request.
 * @returns the window to store, whether the request is allowed, the remainder, and the milliseconds until the next one
 *   is allowed
 */
export function consumeFrom(before: Window | undefined, { limit, windowMs }: Rules, now: number) {
  const window = at(before, windowMs, now);
  const elapsed = now - window.start;
  const fading = Math.floor(window.previous * (1 - elapsed / windowMs));
  const ok = window.current + fading < limit;
  const current = window.current + (ok ? 1 : 0);
  const resetMs = ok || window.current >= limit ? windowMs - elapsed : untilFaded(window, limit, windowMs) - elapsed;
  return { window: { ...window, current }, ok, remaining: Math.max(0, limit - current - fading), resetMs };
}

/** @returns the window with one request less; unchanged when it is empty */
export function refundTo(before: Window, windowMs: number, now: number): Window {
  const window = at(before, windowMs, now);
  if (window.current > 0) return { ...window, current: window.current - 1 };
  return { ...window, previous: Math.max(0, window.previous - 1) };
}

/**
 * @returns milliseconds into the window until the older count has faded enough for one more: floor(previous × (1 − p))
 *   + current < limit
 */
const untilFaded = ({ previous, current }: Window, limit: number, windowMs: number): number =>
  windowMs * (1 - (limit - current) / previous);

/** @returns the moment in Unix milliseconds after which a window no longer affects any count */
export const endOf = (window: Window, windowMs: number): number => window.start + 2 * windowMs;
