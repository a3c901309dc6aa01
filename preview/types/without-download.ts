/**
 * Calls a function while `fetch` returns an empty archive.
 *
 * createTypescriptLanguageService of @cloudflare/worker-bundler 0.2.3 downloads the standard library from the npm
 * registry each time, even when all files are passed in, and accepts no `fetch` option (since
 * github.com/cloudflare/agents/pull/1277). It does that before its first asynchronous step, so that no other code runs
 * while `fetch` is replaced.
 */
export function withoutDownload<T>(start: () => T): T {
  const archive = new Blob([new Uint8Array(1024)]).stream().pipeThrough(new CompressionStream("gzip"));
  const original = globalThis.fetch;
  globalThis.fetch = () => Promise.resolve(new Response(archive));
  try {
    return start();
  } finally {
    globalThis.fetch = original;
  }
}
