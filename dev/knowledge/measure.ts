import { major, maxSatisfying } from "semver";
import { type AskRegistry, packageInfo } from "../../preview/packages/info/index.ts";
import type { PackageEntry, Use } from "../../worker/agents/packages/parse-knowledge.ts";
import type { PackageInfo } from "../../worker/contract/index.ts";
import { importsOf } from "./table.ts";

/**
 * One row measured against the registry: `peers` of the default version, and `moved`, the differences from the table.
 */
export type Row = { entry: PackageEntry; newest: string; defaultVersion: string; peers: string; moved: string[] };

/** Measures a row's claims that the registry can confirm without running any code. */
export async function measure(ask: AskRegistry, entry: PackageEntry): Promise<Row> {
  const { name, defaultRange } = entry;
  const [newest, chosen] = await Promise.all([infoOf(ask, name, "latest"), infoOf(ask, name, defaultRange)]);
  const best = maxSatisfying(newest.versions, defaultRange) ?? chosen.version;
  const moved = [
    ...(isAsMeasured(entry, newest.version) ? [] : [`newest is ${newest.version}, was ${entry.newest}`]),
    ...(newest.deprecated === undefined ? [] : [`newest is deprecated: ${newest.deprecated}`]),
    ...(chosen.deprecated === undefined ? [] : [`${chosen.version} (default) is deprecated: ${chosen.deprecated}`]),
    ...(await missingNames(ask, entry, entry.remembered, best, "default")),
    ...(await missingNames(ask, entry, entry.today, newest.version, "newest")),
  ];
  const peers = chosen.peers.filter(({ optional }) => !optional).map((peer) => `${peer.name} ${peer.range}`);
  return { entry, newest: newest.version, defaultVersion: best, peers: peers.join(", "), moved };
}

/** When packages share one figure, only the major version counts for all but the first. */
const isAsMeasured = ({ newest, isShared }: PackageEntry, version: string): boolean =>
  isShared ? major(newest) === major(version) : newest === version;

async function infoOf(ask: AskRegistry, name: string, range: string): Promise<PackageInfo> {
  const found = await packageInfo(ask, { name, range, detail: false });
  if ("problem" in found) throw new Error(found.problem);
  return found;
}

/** Returns the names that a use imports from the row's own package and that the declarations of a version lack. */
async function missingNames(
  ask: AskRegistry,
  { name }: PackageEntry,
  use: Use | null,
  version: string,
  which: string,
): Promise<string[]> {
  const wanted = use === null ? [] : importsOf(use).filter((one) => one.name === name);
  const symbols = [...new Set(wanted.flatMap(({ names }) => names))].filter((symbol) => symbol !== "default");
  const missing: string[] = [];
  for (const symbol of symbols) {
    const found = await packageInfo(ask, { name, range: version, symbol, detail: true });
    if ("problem" in found) return [found.problem];
    const { contents } = found;
    if (contents === undefined || contents.typesFrom === null) return [];
    const isThere = contents.declarations.length > 0 || contents.names.includes(symbol);
    // Names re-exported from another package are checked by building.
    if (!isThere && contents.exportsAgain.length > 0) continue;
    if (!isThere) missing.push(symbol);
  }
  return missing.length === 0 ? [] : [`${version} (${which}) declares no ${missing.join(", ")} itself`];
}
