import { currentConnectivity, onConnectivityChange } from "../api/connectivity.ts";

const pausesMs = [400, 1_500, 4_000];

/** A chunk is missing on the server, as after a deployment. Reloading the page loads the new version. */
export class ChunkMissing extends Error {
  constructor(cause: unknown) {
    super("Part of this page couldn't be loaded. Reload the page.", { cause });
  }
}

const whenReachable = () =>
  new Promise<void>((resolve) => {
    const look = () => {
      if (currentConnectivity() !== "online") return;
      stop();
      resolve();
    };
    const stop = onConnectivityChange(look);
    look();
  });

/**
 * Loads a lazy chunk, and retries when the connection fails for a moment, or once an outage is over. While a page is open, Chromium
 * remembers that a module failed and asks for its address no more: a retry asks for another one, which the error's message leads to.
 * @throws ChunkMissing when every attempt fails
 */
export async function loadChunk<T>(load: () => Promise<T>): Promise<T> {
  let next = load;
  for (let tries = 0; ; tries += 1) {
    try {
      return await next();
    } catch (error) {
      const pause = pausesMs[tries];
      if (pause === undefined) throw new ChunkMissing(error);
      const address = /http[^?]+/.exec(String(error))?.[0];
      if (address !== undefined) next = () => import(/* @vite-ignore */ `${address}?${tries}`);
      await new Promise((resolve) => setTimeout(resolve, pause));
      await whenReachable();
    }
  }
}
