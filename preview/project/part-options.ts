import type { Bundled } from "../engine/bundle.ts";

/** The options of one bundle among the parts of an app. */
export type PartOptions = {
  external?: string[];
  entryNames?: string;
  sourceMaps?: boolean;
  chunkName?: string;
  minify?: "later";
};

/** Bundles the modules at absolute paths. */
export type BundlePart = (entries: string[], options: PartOptions) => Promise<Bundled>;

/** The options of a bundle with modules of packages alone. */
export const OF_PART: PartOptions = { entryNames: "[name]", sourceMaps: false, chunkName: "package" };
