import { type Asset, toAsset } from "./assets.ts";
import type { BuiltEntry } from "./client-assets.ts";
import type { Compiling } from "./compiling.ts";
import { within } from "./paths.ts";
import { readText } from "./source-files.ts";

/** The plugins that let a server's pages name modules and style sheets by the addresses of their sources. */
const PLUGIN = /^(?:vite-ssr-components\/plugin|hono-vite-react-stack)$/;
/** The modules of their components. */
const COMPONENTS = /["'](?:vite-ssr-components\/|hono-vite-react-stack\/components["'])/;
/** In the plugins' components: a file of the project from its root. */
const NAMED = /<(?:Script|Link)\b[^>]*?\b(?:src|href)=(?:\{\s*)?["'`]\/?([^"'`$?#]+)["'`]/g;
/** hono-vite-react-stack's script without a source. */
const UNNAMED = /<Script\b(?![^>]*\bsrc=)/;
const USUAL = "src/client/index.tsx";
const SCRIPT = /\.[cm]?[jt]sx?$/;
const SHEET = /\.(?:css|s[ac]ss|less)$/;
/** The files that the components read in a published app, in place of which the plugins put those that Vite has built. */
const MANIFEST =
  /(["'])__VITE_MANIFEST_CONTENT__\1|\bimport\.meta\.glob\(\s*(["'])\/dist\/\.vite\/manifest\.json\2\s*,\s*\{\s*eager:\s*(?:true|!0)\s*\}\s*\)/g;

/**
 * A source file that a server's pages name, and the files built from it; `link` is undefined if there are none. `output`: the address
 * of the script that a build of its own makes of it.
 */
export type ServerSource = { path: string; output?: string; link: BuiltEntry | undefined };

type ServerInput = Omit<ServerSource, "link"> & { entry: string };

/**
 * Puts a module into the bundle for each source that the pages of a server name by vite-ssr-components or hono-vite-react-stack, or
 * by the output of a build of its own.
 * @returns the sources with these modules' absolute paths
 */
export function putServerSources(compiling: Compiling): ServerInput[] {
  const { files, settings, project } = compiling;
  const named = pathsOfComponents(compiling).map((path): Omit<ServerInput, "entry"> => ({ path }));
  const built = settings.vite.modeInputs.map(({ path, address }) => ({ path, output: address }));
  const found = [...named, ...built].filter(
    ({ path }) => (SCRIPT.test(path) || SHEET.test(path)) && readText(files, path) !== null,
  );
  return found.map((source, index) => {
    const entry = `${project.files.root}/entries/server-${index}/${nameOf(source.path)}.js`;
    project.files.put(entry, `import ${JSON.stringify(project.at(source.path))};\n`);
    return { ...source, entry };
  });
}

function pathsOfComponents({ files, settings }: Compiling): string[] {
  const { root, plugins } = settings.vite;
  if (!plugins.some(({ name }) => PLUGIN.test(name))) return [];
  const paths = new Set<string>();
  for (const [path, content] of files) {
    if (!SCRIPT.test(path) || typeof content !== "string" || !COMPONENTS.test(content)) continue;
    for (const [, named = ""] of content.matchAll(NAMED)) paths.add(within(root, named));
    if (UNNAMED.test(content)) paths.add(within(root, USUAL));
  }
  return [...paths];
}

/**
 * Returns the files by which a server's pages load the built sources: those of a preview at the sources' own addresses, as Vite's
 * server has them, with an empty module in place of Vite's client; and each that a build of its own makes at its output's.
 */
export async function atNamedAddresses(
  sources: readonly ServerSource[],
  { root, mode }: { root: string; mode: Compiling["mode"] },
): Promise<Asset[]> {
  const isPreview = mode === "development" && sources.length > 0;
  const made = sources.flatMap(({ path, output, link }) => {
    const own = `/${root === "" ? path : path.slice(root.length + 1)}`;
    const addresses = [...(isPreview ? [own] : []), ...(output === undefined ? [] : [output])];
    return addresses.map((address) => moduleOf(path, address, link));
  });
  return [...(isPreview ? [await scriptAt("/@vite/client", "")] : []), ...(await Promise.all(made))];
}

/** A module, or a style sheet, that loads the files built from a source. */
async function moduleOf(path: string, address: string, link: BuiltEntry | undefined): Promise<Asset> {
  const { script, styles } = link ?? { script: null, styles: [] };
  if (SHEET.test(path)) {
    const sheet = await toAsset(address, styles.map((style) => `@import url(${JSON.stringify(style)});\n`).join(""));
    return { ...sheet, contentType: "text/css" };
  }
  const linked = styles.length === 0 ? "" : addStyles(styles);
  return scriptAt(address, (script === null ? "" : `import ${JSON.stringify(script)};\n`) + linked);
}

/** Returns a published server with the addresses of the built sources. */
export function withManifest(server: string, sources: readonly ServerSource[], root: string): string {
  const relative = (address: string): string => address.replace(/^\//, "");
  const entries = sources.flatMap(({ path, link }) => {
    if (link === undefined) return [];
    const [first = link.script] = link.styles;
    const made = SHEET.test(path)
      ? { file: relative(first) }
      : { file: relative(link.script), css: link.styles.map(relative) };
    return [[root === "" ? path : path.slice(root.length + 1), made] as const];
  });
  const manifest = JSON.stringify({ client: { default: Object.fromEntries(entries) } });
  return server.replace(MANIFEST, () => manifest);
}

const scriptAt = async (address: string, code: string): Promise<Asset> => ({
  ...(await toAsset(address, code)),
  contentType: "text/javascript",
});

const addStyles = (styles: readonly string[]): string => `for (const href of ${JSON.stringify(styles)})
  document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href }));
`;

const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1).replace(/\.[^.]+$/, "");
