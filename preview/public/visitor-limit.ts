/** Maximum requests per minute from one network to one public app: enough for many page loads with all their files. */
export const visitorRequestsPerMinute = 600;

const windowMs = 60_000;
/** Maximum number of counted networks. Above it, the limiter evicts the older half. */
const maxNetworks = 20_000;

/**
 * Result of a visitor's request. `resetSeconds`: seconds until the window ends or, for a refused request, until the
 * next request is allowed.
 */
export type Counted = { ok: boolean; remaining: number; resetSeconds: number };

type Window = { start: number; current: number; previous: number };

/**
 * Limits the requests of each network to one public app, in a sliding window. The app's one object receives all its
 * requests, so the counters are in memory. An eviction of the object loses the counts of one minute.
 */
export class VisitorLimit {
  readonly #windows = new Map<string, Window>();

  take(network: string, now: number): Counted {
    const window = this.#windowOf(network, now);
    const elapsed = now - window.start;
    const faded = window.previous * (1 - elapsed / windowMs);
    const ok = window.current + faded < visitorRequestsPerMinute;
    if (ok) window.current += 1;
    const remaining = Math.max(0, Math.floor(visitorRequestsPerMinute - window.current - faded));
    // The next request is allowed when the previous window's weight has dropped by one, or in the next window.
    const untilFaded =
      window.previous > 0 && window.current < visitorRequestsPerMinute ? windowMs / window.previous : windowMs;
    const waitMs = ok ? windowMs - elapsed : Math.min(untilFaded, windowMs - elapsed);
    return { ok, remaining, resetSeconds: Math.max(1, Math.ceil(waitMs / 1_000)) };
  }

  #windowOf(network: string, now: number): Window {
    const known = this.#windows.get(network);
    if (known && now - known.start < windowMs) return known;
    const isNext = known !== undefined && now - known.start < 2 * windowMs;
    const window = isNext
      ? { start: known.start + windowMs, current: 0, previous: known.current }
      : { start: now, current: 0, previous: 0 };
    // Reinserts the network, so that the map's order is least recently used first.
    this.#windows.delete(network);
    if (this.#windows.size >= maxNetworks)
      for (const oldest of [...this.#windows.keys()].slice(0, maxNetworks / 2)) this.#windows.delete(oldest);
    this.#windows.set(network, window);
    return window;
  }
}
