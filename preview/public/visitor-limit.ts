/** Requests that one network may make to one public app in a minute: a person's pages with all their files, many times over. */
export const visitorRequestsPerMinute = 600;

const windowMs = 60_000;
/** Networks that are counted at the same time; beyond that the older half is forgotten. */
const maxNetworks = 20_000;

/** What a request of a visitor's counts to. `resetSeconds`: until the window ends or, when refused, until one more may come. */
export type Counted = { ok: boolean; remaining: number; resetSeconds: number };

type Window = { start: number; current: number; previous: number };

/**
 * Counts the visitors of one public app by their network, in two neighbouring windows of which the older fades. All of an app's
 * requests pass its one object, so its memory is enough: what is lost with it is a minute's count.
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
    // One more fits when the older window has faded by one, or when this one has become the older.
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
    // Put last, so that the networks that were not seen for the longest time come first.
    this.#windows.delete(network);
    if (this.#windows.size >= maxNetworks)
      for (const oldest of [...this.#windows.keys()].slice(0, maxNetworks / 2)) this.#windows.delete(oldest);
    this.#windows.set(network, window);
    return window;
  }
}
