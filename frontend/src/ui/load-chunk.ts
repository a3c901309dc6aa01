const pausesMs = [400, 1_500, 4_000];

/** A chunk is missing on the server, as after a deployment. Reloading the page loads the new version. */
export class ChunkMissing extends Error {
  constructor(cause: unknown) {
    super("Part of this page couldn't be loaded. Reload the page.", { cause });
    this.name = "PartMissing";
  }
}

/** Waits for these milliseconds, and then until the browser is online: retries without a connection would be lost. */
async function pauseBeforeRetry(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
  if (!navigator.onLine) await new Promise((resolve) => addEventListener("online", resolve, { once: true }));
}

/**
 * Loads a lazy chunk, and retries when the connection fails for a moment, or once an outage is over.
 * @throws ChunkMissing when every attempt fails
 */
export async function loadChunk<T>(load: () => Promise<T>): Promise<T> {
  for (const pause of pausesMs) {
    try {
      return await load();
    } catch (error) {
      console.warn("A chunk couldn't be loaded; trying again.", error);
      await pauseBeforeRetry(pause);
    }
  }
  return load().catch((error: unknown) => {
    throw new ChunkMissing(error);
  });
}
