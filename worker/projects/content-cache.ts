/**
 * A cache of contents near the caller, by space and hash. Its entries are immutable, and only this Worker can read
 * them.
 */
export type ContentCache = {
  get(space: string, sha256: string): Promise<string | null>;
  /** Returns at once; the entry is stored after the response. */
  put(space: string, sha256: string, content: string): void;
};

const keyOf = (space: string, sha256: string): string => `https://contents.invalid/${space}/${sha256}`;

/** Returns a cache on the Cache API. Its keys are not routable URLs, so that only the Worker's own code reads it. */
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
