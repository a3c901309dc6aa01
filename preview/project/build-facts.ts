import type { BuildAsset, UsedPackage } from "../../worker/contract/preview-rpc.ts";
import type { Installation } from "../packages/install-packages.ts";
import type { ViteSettings } from "../vite/index.ts";
import type { AssetRules } from "./asset-rules.ts";
import { type Asset, BUILT } from "./assets.ts";
import type { ClientBuild } from "./client.ts";
import type { Manifest } from "./manifest.ts";
import type { SourceFiles } from "./source-files.ts";

/** A file of a build without its size, which is measured on request. */
export type ListedAsset = Pick<BuildAsset, "address" | "kind" | "entry">;

/** Details of a build beside its report. */
export type BuildFacts = {
  durationMs: number;
  root: string;
  /** The path that the app's pages are below, with a slash at both ends. */
  base: string;
  framework: string | null;
  /** The number of resolved packages, and those that were fetched; builds stored earlier do not have the latter. */
  packages: { planned: number; used?: UsedPackage[] };
  assets: ListedAsset[];
  /** How requests are routed between files and server; builds stored earlier, and projects that do not configure it, have none. */
  rules?: AssetRules | null;
};

export const NO_FACTS: BuildFacts = {
  durationMs: 0,
  root: "",
  base: "/",
  framework: null,
  packages: { planned: 0, used: [] },
  assets: [],
};

const FRAMEWORKS: [name: string, packageName: string][] = [
  ["React", "react"],
  ["Preact", "preact"],
  ["Vue", "vue"],
  ["Svelte", "svelte"],
  ["Solid", "solid-js"],
  ["Lit", "lit"],
];

/** Returns the framework of an app's pages by its package.json, or null. */
export const frameworkNameOf = ({ all }: Manifest): string | null =>
  FRAMEWORKS.find(([, packageName]) => Object.hasOwn(all, packageName))?.[0] ?? null;

/** An installation that counts the planned packages of which something was read. */
export function counting(installation: Installation): { installation: Installation; used: () => UsedPackage[] } {
  const fetched = new Set<string>();
  const count = (names: string[]): void => {
    for (const { name, folder } of installation.packages) if (names.includes(name)) fetched.add(folder);
  };
  const counted: Installation = {
    ...installation,
    filesOf: (planned) => {
      fetched.add(planned.folder);
      return installation.filesOf(planned);
    },
    installed: (names, others) => {
      count(names);
      return installation.installed(names, others);
    },
    stylesOf: (name) => {
      count([name]);
      return installation.stylesOf(name);
    },
    matching: (name, isWanted) => {
      count([name]);
      return installation.matching(name, isWanted);
    },
  };
  const used = () =>
    installation.packages
      .filter(({ folder }) => fetched.has(folder))
      .map(({ name, version }) => ({ name, version }))
      .sort((one, other) => (one.name < other.name ? -1 : 1));
  return { installation: counted, used };
}

type Listing = { files: SourceFiles; vite: ViteSettings; client: Pick<ClientBuild, "pages" | "loaded"> };

/**
 * Lists the files of a build that belong to the app. Outside of the public folder files are served unchanged, sources
 * among them; of those it lists only the ones that a page names.
 */
export function listAssets(assets: Asset[], { files, vite, client }: Listing): ListedAsset[] {
  const pages = [...client.pages.values()];
  const isPart = (address: string): boolean =>
    address.startsWith(BUILT) ||
    client.pages.has(address) ||
    (vite.publicDir !== null && files.has(vite.publicDir + address)) ||
    pages.some((html) => html.includes(address.slice(1)));
  return assets
    .filter(({ address }) => !address.endsWith(".map") && isPart(address))
    .map(({ address, contentType }) => ({
      address,
      kind: kindOf(contentType),
      entry: client.loaded.has(address),
    }));
}

function kindOf(contentType: string): BuildAsset["kind"] {
  if (contentType.includes("javascript")) return "script";
  if (contentType.startsWith("text/css")) return "style";
  return contentType.startsWith("text/html") ? "page" : "asset";
}
