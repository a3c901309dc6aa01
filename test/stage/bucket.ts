import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import type { Address } from "../../dev/backup/objects/send.ts";

const credentials = { accessKeyId: "key of the test", secretAccessKey: "secret of the test" };

export type TestBuckets = {
  /** Returns a bucket as a Worker has it. */
  bound(name: string): ReturnType<Miniflare["getR2Bucket"]>;
  /** Returns the same bucket's address by the S3 API. */
  address(name: string): Address;
  close(): Promise<void>;
};

/** Starts Miniflare's R2, which also speaks the S3 API and verifies its signatures. */
export async function openTestBuckets(names: string[]): Promise<TestBuckets> {
  const runtime = new Miniflare(
    convertV4MiniflareOptions({
      host: "127.0.0.1",
      port: 0,
      modules: true,
      script: "export default { fetch: () => new Response(null, { status: 404 }) };",
      compatibilityDate: "2026-11-01",
      cf: false,
      telemetry: { enabled: false },
      r2Buckets: Object.fromEntries(names.map((name) => [name, { id: name, s3Credentials: credentials }])),
    }),
  );
  const endpoint = new URL("/cdn-cgi/local/r2/s3", await runtime.ready).href;
  return {
    bound: (name) => runtime.getR2Bucket(name),
    address: (bucket) => ({ endpoint, bucket, ...credentials }),
    close: () => runtime.dispose(),
  };
}

/** Collects what a generator yields. */
export async function listOf<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of source) items.push(item);
  return items;
}
