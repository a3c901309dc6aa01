import type { Limiter, Policy } from "../../../worker/limits/limiter.ts";
import { giveBackTo, takeFrom, type Window } from "../../../worker/limits/window.ts";

/** A limiter that counts in memory, with its clock stopped. `keys` are those that were asked for, in order. */
export function counting(): Limiter & { keys: string[] } {
  const windows = new Map<string, Window>();
  return {
    keys: [],
    async take({ name, limit, windowSeconds }: Policy, key: string) {
      this.keys.push(key);
      const id = `${name} ${key}`;
      const { window, ok, remaining, resetMs } = takeFrom(
        windows.get(id),
        { limit, windowMs: windowSeconds * 1_000 },
        1_000_000,
      );
      windows.set(id, window);
      return { ok, remaining, resetSeconds: resetMs / 1_000, degraded: false };
    },
    async giveBack({ name, windowSeconds }: Policy, key: string) {
      const id = `${name} ${key}`;
      const window = windows.get(id);
      if (window) windows.set(id, giveBackTo(window, windowSeconds * 1_000, 1_000_000));
    },
  };
}
