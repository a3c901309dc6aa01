/**
 * Counts of two neighbouring windows, the older one fading as the newer one passes: at most `limit` in any window to
 * within the assumption that the older takes were spread evenly. The same rule as @upstash/ratelimit's sliding window,
 * except that a window starts with the first take and not with the clock, so a burst from rest is counted exactly.
 */
export type Window = { start: number; current: number; previous: number };

type Rules = { limit: number; windowMs: number };

/** The window a moment later: the same, the next one, or a fresh one after a rest. */
function at(window: Window | undefined, windowMs: number, now: number): Window {
  const fresh = { start: now, current: 0, previous: 0 };
  if (!window || now < window.start) return window ? { ...window, start: now } : fresh;
  if (now - window.start >= 2 * windowMs) return fresh;
  if (now - window.start < windowMs) return window;
  return { start: window.start + windowMs, current: 0, previous: window.current };
}

/** Takes once. Gives the window to keep, whether it was allowed, what is left, and the milliseconds to wait. */
export function consumeFrom(before: Window | undefined, { limit, windowMs }: Rules, now: number) {
  const window = at(before, windowMs, now);
  const elapsed = now - window.start;
  const fading = Math.floor(window.previous * (1 - elapsed / windowMs));
  const ok = window.current + fading < limit;
  const current = window.current + (ok ? 1 : 0);
  const resetMs = ok || window.current >= limit ? windowMs - elapsed : untilFaded(window, limit, windowMs) - elapsed;
  return { window: { ...window, current }, ok, remaining: Math.max(0, limit - current - fading), resetMs };
}

/** The window as if one take less had been in it; unchanged where nobody took. */
export function refundTo(before: Window, windowMs: number, now: number): Window {
  const window = at(before, windowMs, now);
  if (window.current > 0) return { ...window, current: window.current - 1 };
  return { ...window, previous: Math.max(0, window.previous - 1) };
}

/** How far into the window so much of the older one has faded that one more fits: floor(previous × (1 − p)) + current < limit. */
const untilFaded = ({ previous, current }: Window, limit: number, windowMs: number): number =>
  windowMs * (1 - (limit - current) / previous);

/** When a window says nothing any more and can be forgotten. */
export const endOf = (window: Window, windowMs: number): number => window.start + 2 * windowMs;
