const pausesMs = [400, 1_500, 4_000];

/** A part of the app is not there any more, as after a new version was deployed: loading the page again brings both. */
export class ChunkMissing extends Error {
  constructor(cause: unknown) {
    super("Part of this page couldn't be loaded. Reload the page.", { cause });
    this.name = "PartMissing";
  }
}

/**
 * Loads a part of the app that is a chunk of its own; a connection that fails for a moment does not break the page.
 * @throws PartMissing when it cannot be had
 */
export async function loadChunk<T>(load: () => Promise<T>): Promise<T> {
  for (const pause of pausesMs) {
    try {
      return await load();
    } catch (error) {
      console.warn("A chunk couldn't be loaded; trying again.", error);
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
  return load().catch((error: unknown) => {
    throw new ChunkMissing(error);
  });
}
