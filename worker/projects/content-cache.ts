/** Contents near the caller, by space and hash. What it holds never changes, and nobody reaches it but this Worker. */
export type ContentCache = {
  get(space: string, sha256: string): Promise<string | null>;
  /** Returns at once; the storing goes on behind the answer. */
  put(space: string, sha256: string, content: string): void;
};

const keyOf = (space: string, sha256: string): string => `https://contents.invalid/${space}/${sha256}`;

/** The edge's own cache. A Worker's cache is read by its own code alone, never by a client's address. */
export function edgeCache(cache: Cache, waitUntil: (work: Promise<unknown>) => void): ContentCache {
  return {
    async get(space, sha256) {
      const kept = await cache.match(keyOf(space, sha256));
      return kept ? kept.text() : null;
    },
    put(space, sha256, content) {
      const headers = {
        "Content-Type": "text/plain; charset=utf-8",
        "Cache-Control": "public, max-age=31536000, immutable",
      };
      waitUntil(cache.put(keyOf(space, sha256), new Response(content, { headers })));
    },
  };
}
