import type { Limiter, Policy } from "../../../worker/limits/limiter.ts";
import { consumeFrom, refundTo, type Window } from "../../../worker/limits/window.ts";

/** Creates a limiter in memory with a stopped clock. `keys` are the consumed keys in order. */
export function counting(): Limiter & { keys: string[] } {
  const windows = new Map<string, Window>();
  return {
    keys: [],
    async consume({ name, limit, windowSeconds }: Policy, key: string) {
      this.keys.push(key);
      const id = `${name} ${key}`;
      const { window, ok, remaining, resetMs } = consumeFrom(
        windows.get(id),
        { limit, windowMs: windowSeconds * 1_000 },
        1_000_000,
      );
      windows.set(id, window);
      return { ok, remaining, resetSeconds: resetMs / 1_000, degraded: false };
    },
    async refund({ name, windowSeconds }: Policy, key: string) {
      const id = `${name} ${key}`;
      const window = windows.get(id);
      if (window) windows.set(id, refundTo(window, windowSeconds * 1_000, 1_000_000));
    },
  };
}
