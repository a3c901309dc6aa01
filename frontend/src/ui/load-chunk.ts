import { currentConnectivity, onConnectivityChange } from "../api/connectivity.ts";

const pausesMs = [400, 1_500, 4_000];

/** The server lacks a chunk, as after a deployment. Reloading the page loads the new version. */
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
 * Loads a lazy chunk. Retries after a brief connection failure, and once an outage is over. Chromium caches a failed
 * module load for the lifetime of the page and does not request its URL again, so a retry requests another URL, which
 * it derives from the error's message.
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
