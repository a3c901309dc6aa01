import { type Asset, BUILT } from "../project/assets.ts";
import type { ServerCode } from "../project/server.ts";
import type { BuildStore, KeptBuild } from "./build-store.ts";

/** One call may carry 32 MiB; a part of this size with one more asset stays below it. */
const PART_BYTES = 8_000_000;

/** A part of a build on its way to the public app. `next`: where the next part begins, null behind the last. */
export type BuildPart = { server: ServerCode | null; assets: Asset[]; next: number | null };

/**
 * A build's server and its assets from a place on, in parts. Source maps stay behind: they hold the sources, which the
 * public app's visitors are not given.
 */
export function handOver(build: KeptBuild, store: BuildStore, from: number): BuildPart {
  const addresses = store.addresses(build.revision).filter((address) => !isSourceMap(address));
  const assets: Asset[] = [];
  let bytes = 0;
  let place = from;
  for (; place < addresses.length && bytes < PART_BYTES; place += 1) {
    const asset = store.asset(build.revision, addresses[place] ?? "");
    if (asset === null) continue;
    const body = store.body(build.revision, asset.address);
    bytes += body.length;
    assets.push({ ...asset, body });
  }
  const server = from === 0 && build.server !== null ? { ...build.server, sourceMap: "" } : null;
  return { server, assets, next: place < addresses.length ? place : null };
}

const isSourceMap = (address: string): boolean => address.startsWith(BUILT) && address.endsWith(".map");
