import type { Metafile, Plugin } from "esbuild-wasm";
import type { Bundled } from "../engine/bundle.ts";
import type { Built } from "../engine/esbuild.ts";
import type { MountedProject } from "../engine/mounted-project.ts";
import { BUILT } from "./assets.ts";

/** Bundles style sheets, with a plugin that runs before all others. */
export type SheetBundler = (entries: string[], plugin: Plugin) => Promise<Bundled>;

const PART = "edgesmith-sheet:";
const NAMESPACE = "late-sheets";
/** Style sheets whose classes have names that only their own bundle knows, and those that a plugin made. */
const AS_BUNDLED = /\.module\.[^./?]+(?:\?|$)|^[\w-]+:/;

/** A sheet to make: its name, and the paths of its parts in the order of the cascade. */
export type Wanted = { name: string; parts: string[] };

/**
 * Bundles style sheets once more, in the groups in which they are loaded: esbuild puts the sheets of all code that may ever be loaded
 * into one. CSS modules are taken as they are in it, since scripts have the names of their classes.
 * @returns the files, and the name of each sheet's; null where the sheets cannot be divided
 */
export async function makeSheets(
  wanted: Wanted[],
  built: Built,
  { project, bundle }: { project: MountedProject; bundle: SheetBundler },
): Promise<{ files: Built["outputFiles"]; names: string[] } | null> {
  const parts = [...new Set(wanted.flatMap((sheet) => sheet.parts))];
  const bundles = new Bundles(built);
  const cut = new Map<string, Uint8Array>();
  for (const path of parts.filter((one) => AS_BUNDLED.test(one))) {
    const rules = bundles.rulesOf(path);
    if (rules === null) return null;
    cut.set(path, rules);
  }
  const { root } = project.files;
  const entries = wanted.map(({ name, parts: own }, index) => {
    const path = `entries/sheets/${index}/${name}.css`;
    const text = own.map((part) => `@import ${JSON.stringify(PART + parts.indexOf(part))};\n`).join("");
    project.files.put(`${root}/${path}`, text);
    return path;
  });
  const setup: Plugin["setup"] = (build) => {
    build.onResolve({ filter: new RegExp(`^${PART}`) }, ({ path }) => {
      const part = parts[Number(path.slice(PART.length))] ?? "";
      return cut.has(part) ? { path: part, namespace: NAMESPACE } : { path: `${root}/${part}` };
    });
    build.onResolve({ filter: new RegExp(`^${BUILT}`) }, ({ path }) => ({ path, external: true }));
    build.onLoad({ filter: /.*/, namespace: NAMESPACE }, ({ path }) => ({
      contents: cut.get(path) ?? "",
      loader: "css",
      resolveDir: root,
    }));
  };
  const bundled = await bundle(
    entries.map((path) => `${root}/${path}`),
    { name: NAMESPACE, setup },
  );
  if (bundled.built === null) return null;
  const { outputFiles, metafile } = bundled.built;
  const outputs = new Map(Object.entries(metafile.outputs).map(([path, { entryPoint }]) => [entryPoint, path]));
  const names = entries.flatMap((path) => outputs.get(path) ?? []).map((path) => path.slice(path.lastIndexOf("/") + 1));
  return names.length === entries.length ? { files: outputFiles, names } : null;
}

/** The bundles of style sheets that a build has made. */
class Bundles {
  readonly #built: Built;
  readonly #cut = new Map<string, Map<string, Uint8Array> | null>();

  constructor(built: Built) {
    this.#built = built;
  }

  /** Returns a sheet's rules from the smallest bundle that has them; null when those of others cannot be separated. */
  rulesOf(path: string): Uint8Array | null {
    const { outputFiles, metafile } = this.#built;
    const imports = metafile.inputs[path]?.imports ?? [];
    if (imports.some(({ kind }) => kind === "import-rule")) return null;
    // A minified bundle leaves out rules that a later sheet repeats, which another page may lack.
    const outputs = Object.entries(metafile.outputs)
      .filter(([output, { inputs }]) => output.endsWith(".css") && inputs[path] !== undefined)
      .sort(([, one], [, other]) => one.bytes - other.bytes);
    for (const [output, made] of outputs) {
      const name = output.slice(output.lastIndexOf("/"));
      const file = outputFiles.find((one) => one.path.endsWith(name));
      if (!this.#cut.has(output)) this.#cut.set(output, file === undefined ? null : cutUp(file.contents, made));
      const rules = this.#cut.get(output)?.get(path);
      if (rules !== undefined) return rules;
    }
    return null;
  }
}

/** All that may stand before the rules of a bundle. */
const BEFORE_RULES = /^(?:@charset "[^"]*";|@import[^;]*;|@layer[^;{]*;|\s)*$/;
const LINE_BREAK = 10;

type Output = Metafile["outputs"][string];

/** Cuts a bundle into its sheets by their sizes, and by the comments with their paths if it has any; null where these do not fit. */
function cutUp(bytes: Uint8Array, { inputs }: Output): Map<string, Uint8Array> | null {
  const decoder = new TextDecoder();
  const encoder = new TextEncoder();
  const commentOf = (input: string): string => `/* ${input} */\n`;
  const [first = ""] = Object.keys(inputs);
  const whole = Object.values(inputs).reduce((sum, { bytesInOutput }) => sum + bytesInOutput, 0);
  const text = decoder.decode(bytes);
  const comment = text.indexOf(commentOf(first));
  const hasComments = comment >= 0;
  // A minified bundle ends with a line break of its own.
  let at = hasComments ? encoder.encode(text.slice(0, comment)).length : bytes.length - whole - 1;
  if (at < 0 || !BEFORE_RULES.test(decoder.decode(bytes.subarray(0, at)))) return null;
  const sheets = new Map<string, Uint8Array>();
  for (const [input, { bytesInOutput }] of Object.entries(inputs)) {
    if (hasComments) {
      if (bytes[at] === LINE_BREAK) at += 1;
      const { length } = encoder.encode(commentOf(input));
      if (decoder.decode(bytes.subarray(at, at + length)) !== commentOf(input)) return null;
      at += length;
    }
    sheets.set(input, bytes.slice(at, at + bytesInOutput));
    at += bytesInOutput;
  }
  return sheets;
}
