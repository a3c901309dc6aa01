/**
 * Calls something while `fetch` answers with an empty archive.
 *
 * createTypescriptLanguageService of @cloudflare/worker-bundler 0.2.3 downloads the standard library from the npm registry each
 * time, whatever files it is given, and takes no `fetch` of ours (github.com/cloudflare/agents/pull/1277 brought it so). It does
 * that before anything asynchronous, so that no other code runs while `fetch` is replaced.
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
