import type { BuildAsset, BuildSummary, ServedSize } from "../../worker/contract/preview-rpc.ts";
import type { BuildStore, KeptBuild } from "./build-store.ts";

/** Summarizes a build. Measures file sizes once and stores them with the build. */
export async function summarizeBuild(build: KeptBuild, store: BuildStore): Promise<Omit<BuildSummary, "types">> {
  const { revision, report, facts } = build;
  const sizes = store.sizes(revision) ?? (await measure(build, store));
  const assets = facts.assets.flatMap((listed): BuildAsset[] => {
    const size = sizes[listed.address];
    return size === undefined ? [] : [{ ...listed, ...size }];
  });
  const { durationMs: ms, root, framework, packages } = facts;
  const scripts = assets.filter(({ kind }) => kind === "script");
  const totals = {
    scripts: sumOf(scripts),
    styles: sumOf(assets.filter(({ kind }) => kind === "style")),
    other: sumOf(assets.filter(({ kind }) => kind === "page" || kind === "asset")),
  };
  const chunks = scripts.map(({ address, bytes, gzipBytes }) => ({ name: address, bytes, gzipBytes }));
  const { used = [], planned: packagesPlanned } = packages;
  const summary = { ms, root, framework, assets, chunks, totals, packages: used, packagesPlanned };
  return { ...report, revision, mode: "development", ...summary };
}

/** Measures a build's files one after the other, so that only one is in memory. */
async function measure({ revision, facts }: KeptBuild, store: BuildStore): Promise<Record<string, ServedSize>> {
  const sizes: Record<string, ServedSize> = {};
  for (const { address } of facts.assets) {
    // A build that was not stored, or that newer builds have evicted, has no files.
    if (store.asset(revision, address) === null) continue;
    const body = store.body(revision, address);
    sizes[address] = { bytes: body.length, gzipBytes: await gzipBytesOf(body) };
  }
  store.putSizes(revision, sizes);
  return sizes;
}

async function gzipBytesOf(body: Uint8Array<ArrayBuffer>): Promise<number> {
  const compressed = new Blob([body]).stream().pipeThrough(new CompressionStream("gzip"));
  return (await new Response(compressed).arrayBuffer()).byteLength;
}

function sumOf(assets: ServedSize[]): ServedSize {
  return {
    bytes: assets.reduce((sum, { bytes }) => sum + bytes, 0),
    gzipBytes: assets.reduce((sum, { gzipBytes }) => sum + gzipBytes, 0),
  };
}
