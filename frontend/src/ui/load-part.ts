const pausesMs = [400, 1_500, 4_000];

/** Loads a part of the app that is a chunk of its own; a connection that fails for a moment does not break the page. */
export async function loadPart<T>(load: () => Promise<T>): Promise<T> {
  for (const pause of pausesMs) {
    try {
      return await load();
    } catch (error) {
      console.warn("A part of the page could not be loaded; trying again.", error);
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
  return load();
}
