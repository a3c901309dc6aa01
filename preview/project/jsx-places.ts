import type { Plugin } from "esbuild-wasm";
import type { MountedProject } from "../engine/mounted-project.ts";
import type { Jsx } from "./jsx.ts";
import { PLACE } from "./places.ts";

/** The import source of the JSX of previews: a runtime around the framework's own. */
export const PLACED_JSX = "edgesmith-places";

/** Frameworks whose elements become the document's. */
const placed = new Set(["react", "preact"]);

/**
 * Elements that get a place. Elements of the same names in other renderers (`line`, `path` and `audio` of three.js) are left
 * out: they would take the attribute for a property of theirs.
 */
const elements =
  "a abbr address article aside b bdi bdo blockquote body br button canvas caption cite code col colgroup data dd del details dfn dialog div dl dt em embed fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr i iframe img input ins kbd label legend li main map mark menu meter nav object ol optgroup option output p picture pre progress q rp rt ruby s samp search section select small span strong sub summary sup svg table tbody td textarea tfoot th thead time tr u ul var video";

/** Whether a preview's JSX can carry places: that of React and Preact, compiled by esbuild. */
export const isPlaced = (jsx: Jsx): jsx is Extract<Jsx, { runtime: "automatic" }> =>
  jsx.runtime === "automatic" && placed.has(jsx.importSource);

/**
 * Returns the plugin with the runtime of a preview's JSX. It calls the framework's own runtime, with the place that
 * esbuild notes of each element as an attribute.
 * @param options.mark rewrites the runtime's imports while packages are bundled separately
 * @param options.rewritten the files whose elements get no position, since plugins have changed their lines
 */
export function jsxPlacesPlugin(
  project: MountedProject,
  importSource: string,
  { mark, rewritten }: { mark: (code: string) => string; rewritten: ReadonlySet<string> },
): Plugin {
  return {
    name: "jsx-places",
    setup(build) {
      build.onResolve({ filter: new RegExp(`^${PLACED_JSX}/`) }, ({ path }) => ({ path, namespace: PLACED_JSX }));
      build.onLoad({ filter: /.*/, namespace: PLACED_JSX }, () => ({
        contents: mark(runtime(importSource, project, rewritten)),
        loader: "js",
        resolveDir: project.appFolder,
      }));
    },
  };
}

/** Its names are those of no app: a name that an app has too gets a number in the bundle, which would change with the app's own. */
const runtime = (
  importSource: string,
  { projectFolder, files, repository }: MountedProject,
  rewritten: ReadonlySet<string>,
): string => `
import { Fragment, jsx as placedJsx, jsxs as placedJsxs } from "${importSource}/jsx-runtime";
const placedNewest = ${importSource === "preact" ? "(type) => globalThis.__edgesmithHot?.newestOf(type) ?? type" : "(type) => type"};
const placedElements = new Set(${JSON.stringify(elements)}.split(" "));
const placedFolder = ${JSON.stringify(projectFolder)};
const placedRepository = ${JSON.stringify(`${repository.slice(files.root.length + 1)}/`)};
const placedRewritten = new Set(${JSON.stringify([...rewritten].map((path) => `${projectFolder}${path}`))});
export { Fragment };
export const jsx = (type, props, key) => placedJsx(placedNewest(type), props, key);
export const jsxs = (type, props, key) => placedJsxs(placedNewest(type), props, key);
export function jsxDEV(type, props, key, isStatic, source) {
  const placedCreate = isStatic ? jsxs : jsx;
  if (!source || typeof type !== "string" || !placedElements.has(type) || !source.fileName.startsWith(placedRepository) || placedRewritten.has(source.fileName)) return placedCreate(type, props, key);
  // A path of the project outside of the app's folder begins with a slash.
  const placedPath = source.fileName.startsWith(placedFolder) ? source.fileName.slice(placedFolder.length) : source.fileName.slice(placedRepository.length - 1);
  const placedAt = placedPath + ":" + source.lineNumber + ":" + source.columnNumber;
  return placedCreate(type, { ...props, ${JSON.stringify(PLACE)}: placedAt }, key);
}
`;
