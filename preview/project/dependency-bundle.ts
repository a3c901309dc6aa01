import type { BuildOptions, Plugin } from "esbuild-wasm";
import type { Diagnostic } from "../../worker/contract/preview-rpc.ts";
import { type Bundled, bundle, type PackageComponents } from "../engine/bundle.ts";
import { rest } from "../engine/esbuild.ts";
import type { MountedProject } from "../engine/mounted-project.ts";
import type { Installation } from "../packages/install-packages.ts";
import { contentOf } from "../packages/plan-packages.ts";
import { forgetArchives } from "../packages/registry.ts";
import { defines, type Resolution } from "../vite/index.ts";
import { type Asset, BUILT, hashOf, toAsset } from "./assets.ts";
import { bundleInParts } from "./bundle-in-parts.ts";
import { clientAssets } from "./client-assets.ts";
import { NAMESPACE, type PackageUse, readImport, usesBySpecifier } from "./package-imports.ts";
import type { PartOptions } from "./part-options.ts";

/** The separately built modules of packages that an app imports. */
export type DependencyBundle = {
  assets: Asset[];
  /** Where each module is, by its specifier. */
  addresses: Map<string, string>;
  /** The style sheets that a module's packages load, and its scripts, by its specifier. */
  styles: Map<string, string[]>;
  scripts: Map<string, string[]>;
  /** Warnings of the bundle as a whole, such as of its memory. */
  warnings: Diagnostic[];
};

type Bundling = {
  project: MountedProject;
  installation: Installation;
  jsx: NonNullable<Parameters<typeof bundle>[1]["jsx"]>;
  components: PackageComponents;
  /** Identifies the deduplicated packages of vite.config; empty when only one copy of each exists. */
  dedupe: Plugin[];
  resolution: Resolution;
  /** Whether the formats that packages state count (MountOptions). */
  byFormat: boolean;
};

/** Part of a bundle's key: raise it when the same packages would be bundled into something else. */
const BUNDLER = "10";
const KEPT_SECONDS = 30 * 24 * 60 * 60;
const KEPT_BYTES = 24 * 2 ** 20;

/** This isolate's bundles by key, least recently used first. */
const held = new Map<string, DependencyBundle>();

/**
 * Builds the parts of packages that an app uses, or reads the cached bundle of the same versions, so that a change of
 * the app's own files waits for no package.
 * @returns null when a package cannot be built separately; the joint build of app and packages then reports where
 */
export async function bundleDependencies(
  uses: ReadonlyMap<string, PackageUse>,
  bundling: Bundling,
): Promise<DependencyBundle | null> {
  const entries = [...uses]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([specifier, use]) => ({ specifier, code: entryOf(specifier, use) }));
  const versions = bundling.installation.packages.map((one) => [one.folder, one.version, contentOf(one)]);
  const key = (
    await hashOf(
      JSON.stringify([
        BUNDLER,
        entries,
        versions,
        bundling.jsx,
        bundling.components.key,
        bundling.dedupe.length,
        bundling.resolution,
        bundling.byFormat,
      ]),
    )
  ).slice(0, 32);
  const known = held.get(key) ?? (await kept(key)) ?? (await build(entries, uses, { ...bundling, key }));
  if (known === null) return null;
  if (!held.has(key)) await keep(key, known);
  hold(key, known);
  return known;
}

/** Empties the caches of this isolate: archives, bundles, which are cached as well, and the idle bundler's memory. */
export async function makeRoom(): Promise<void> {
  forgetArchives();
  held.clear();
  await rest();
}

/** Exports only the used names of a package's module, so that unused code is dropped. */
function entryOf(specifier: string, { names, namespace }: PackageUse): string {
  const from = JSON.stringify(readImport(specifier).specifier);
  const listed = [...names].sort().join(", ");
  return [
    `import ${from};`,
    ...(listed === "" ? [] : [`export { ${listed} } from ${from};`]),
    ...(namespace ? [`import * as namespace from ${from};`, `export { namespace as ${NAMESPACE} };`] : []),
  ].join("\n");
}

async function build(
  entries: { specifier: string; code: string }[],
  uses: ReadonlyMap<string, PackageUse>,
  { project, installation, jsx, components, dedupe, resolution, key }: Bundling & { key: string },
): Promise<DependencyBundle | null> {
  const paths = new Map<string, string>();
  for (const { specifier, code } of entries) {
    const name = specifier.replace(/[^\w.-]+/g, "_");
    // By its extension, esbuild takes CommonJS modules in the way of the imports that the entry stands for.
    const path = `entries/packages/${name}.${readImport(specifier).isByFormat ? "mjs" : "js"}`;
    project.files.put(`${project.files.root}/${path}`, code);
    paths.set(specifier, path);
  }
  const options: Pick<BuildOptions, "define"> = defines({}, { mode: "development", base: "/", ssr: false });
  const bundleOf = (
    entries: string[],
    side: "client" | "worker",
    format: "esm" | "iife" = "esm",
    ofPart: PartOptions = {},
  ): Promise<Bundled> =>
    bundle(project, {
      side,
      mode: "development",
      entries,
      format,
      publicPath: BUILT,
      define: options.define ?? {},
      missing: installation.missing,
      jsx,
      components,
      plugins: dedupe,
      tuning: resolution,
      sourceMaps: false,
      chunkName: "package",
      ...ofPart,
    });
  const all = [...paths.values()].map((path) => `${project.files.root}/${path}`);
  const mode = "development" as const;
  const parts = { project, uses: usesBySpecifier(uses), mode, key: key.slice(0, 8), makeRoom };
  const { built, diagnostics } = await bundleInParts(all, parts, (of, options) =>
    bundleOf(of, "client", "esm", options),
  );
  if (built === null) return null;
  const warnings = diagnostics.filter(({ path }) => path === "");
  const { assets, links } = await clientAssets(built, project, BUILT, {
    hot: "packages",
    bundleScript: async (path, type) => (await bundleOf([path], "worker", type === "classic" ? "iife" : "esm")).built,
  });
  const made: DependencyBundle = { assets, addresses: new Map(), styles: new Map(), scripts: new Map(), warnings };
  for (const [specifier, path] of paths) {
    const link = links.get(path);
    if (link === undefined) return null;
    made.addresses.set(specifier, link.script);
    made.styles.set(specifier, link.styles);
    made.scripts.set(specifier, [link.script, ...link.preloads]);
  }
  return made;
}

function hold(key: string, made: DependencyBundle): void {
  held.delete(key);
  held.set(key, made);
  let bytes = 0;
  for (const [old, { assets }] of [...held].reverse()) {
    bytes += assets.reduce((sum, { body }) => sum + body.byteLength, 0);
    if (bytes > KEPT_BYTES && old !== key) held.delete(old);
  }
}

type Head = {
  assets: { address: string; bytes: number }[];
  addresses: [string, string][];
  styles: [string, string[]][];
  scripts: [string, string[]][];
  warnings: Diagnostic[];
};

const addressOf = (key: string): string => `https://packages.invalid/${key}`;

/** Serialized as one line of JSON that describes the files behind it. */
async function keep(key: string, { assets, addresses, styles, scripts, warnings }: DependencyBundle): Promise<void> {
  const head: Head = {
    assets: assets.map(({ address, body }) => ({ address, bytes: body.byteLength })),
    addresses: [...addresses],
    styles: [...styles],
    scripts: [...scripts],
    warnings,
  };
  const parts = [new TextEncoder().encode(`${JSON.stringify(head)}\n`), ...assets.map(({ body }) => body)];
  const cache = await caches.open("packages");
  const headers = { "Cache-Control": `max-age=${KEPT_SECONDS}` };
  const { readable, writable } = new FixedLengthStream(parts.reduce((sum, { byteLength }) => sum + byteLength, 0));
  await Promise.all([cache.put(addressOf(key), new Response(readable, { headers })), writeAll(parts, writable)]);
}

/** Writes one part after the other, since all at once would be in memory once more. */
async function writeAll(parts: Uint8Array[], writable: WritableStream<Uint8Array>): Promise<void> {
  const writer = writable.getWriter();
  for (const part of parts) await writer.write(part);
  await writer.close();
}

async function kept(key: string): Promise<DependencyBundle | null> {
  const cache = await caches.open("packages");
  const found = await cache.match(addressOf(key));
  if (found === undefined) return null;
  const bytes = new Uint8Array(await found.arrayBuffer());
  const end = bytes.indexOf(10);
  const { assets, ...head } = JSON.parse(new TextDecoder().decode(bytes.subarray(0, end))) as Head;
  const made: Asset[] = [];
  let from = end + 1;
  for (const { address, bytes: length } of assets) {
    made.push(await toAsset(address, bytes.slice(from, from + length)));
    from += length;
  }
  const [addresses, styles, scripts] = [new Map(head.addresses), new Map(head.styles), new Map(head.scripts)];
  return { assets: made, addresses, styles, scripts, warnings: head.warnings };
}
