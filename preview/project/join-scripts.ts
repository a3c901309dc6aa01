import { parse } from "es-module-lexer/js";
import type { Metafile } from "esbuild-wasm";
import type { Bundled } from "../engine/bundle.ts";
import type { Built } from "../engine/esbuild.ts";
import type { MountedFiles } from "../engine/mounted-files.ts";
import { BUILT } from "./assets.ts";
import { PART } from "./part-imports.ts";

type Joining = {
  files: MountedFiles;
  /** Paths of the pages' entries in the metafile. */
  entries: string[];
  /** The most bytes of scripts that become one. */
  maxBytes: number;
  /** Part of the names of the scripts that come out, which no other scripts have. */
  key: string;
  bundle(entry: string): Promise<Bundled>;
};

type OutputFile = Built["outputFiles"][number];

/** A group of scripts, in the order in which they are evaluated, and the name of the script that they become. */
type Group = { name: string; scripts: string[] };

const FOLDER = "entries/joined/";
/** A script of packages, or one that several of these share. */
const OF_PACKAGES = /^out\/package-/;
/** An import by names or for its effects alone. */
const STATEMENT = /^(import|export)\s*(?:\{([^}]*)\}\s*from\s*)?"[^"]*"$/;

/**
 * Joins the scripts of packages that pages load first, which were bundled in parts, into fewer: printed scripts have little of the code that
 * was read for them. Their order of evaluation stays. A group that cannot be joined stays as it is.
 */
export async function joinFirstScripts(built: Built, joining: Joining): Promise<Built> {
  let joined = built;
  for (const [index, scripts] of groupsOf(built, joining).entries()) {
    const group = { name: `package-${joining.key}-${index}-first.js`, scripts };
    joined = (await joinGroup(joined, group, joining)) ?? joined;
  }
  return joined;
}

/** Divides the scripts that pages load first, in the order of their evaluation, where another page needs others, or they become too large. */
function groupsOf({ outputFiles, metafile }: Built, { entries, maxBytes }: Joining): string[][] {
  const { outputs } = metafile;
  const later = new Set(
    Object.values(outputs).flatMap(({ imports }) =>
      imports.flatMap(({ path, kind }) => (kind === "dynamic-import" ? [inOut(path)] : [])),
    ),
  );
  const there = new Set(outputFiles.map(outputOf));
  const pages = Object.keys(outputs).filter((path) => entries.includes(outputs[path]?.entryPoint ?? ""));
  const needed = new Map<string, string[]>();
  const order = new Set<string>();
  for (const page of pages) {
    const found = evaluated(page, outputs);
    for (const path of found) {
      needed.set(path, [...(needed.get(path) ?? []), page]);
      if (OF_PACKAGES.test(path)) order.add(path);
    }
  }
  const groups: string[][] = [];
  let pagesOfLast = "";
  let bytes = 0;
  for (const path of order) {
    const own = needed.get(path)?.join() ?? "";
    const size = outputs[path]?.bytes ?? 0;
    const isJoined = there.has(path) && !later.has(path);
    if (groups.length === 0 || !isJoined || own !== pagesOfLast || bytes + size > maxBytes) {
      groups.push([]);
      bytes = 0;
    }
    if (isJoined) groups.at(-1)?.push(path);
    pagesOfLast = isJoined ? own : "";
    bytes += size;
  }
  return groups.filter(({ length }) => length > 1);
}

/** Returns a script and those that it imports at once, each behind its imports. */
function evaluated(page: string, outputs: Metafile["outputs"]): string[] {
  const found: string[] = [];
  const seen = new Set<string>();
  const visit = (path: string): void => {
    if (seen.has(path) || outputs[path] === undefined) return;
    seen.add(path);
    for (const one of outputs[path].imports) if (one.kind === "import-statement") visit(inOut(one.path));
    found.push(path);
  };
  visit(page);
  return found;
}

/** @returns null where the scripts cannot be joined */
async function joinGroup(built: Built, group: Group, { files, bundle }: Joining): Promise<Built | null> {
  const { outputFiles, metafile } = built;
  const at = (path: string): string => `${files.root}/${FOLDER}parts/${nameOf(path)}`;
  const linked = withLinks(built, group, at);
  if (linked === null) return null;
  const sheetOf = (path: string): string | undefined => metafile.outputs[path]?.cssBundle;
  const textOf = (path: string | undefined): string | undefined =>
    linked.texts.get(path ?? "") ?? outputFiles.find((file) => outputOf(file) === path)?.text;
  const lines: string[] = [];
  for (const path of group.scripts) {
    const sheet = textOf(sheetOf(path));
    files.put(at(path), textOf(path) ?? "");
    if (sheet !== undefined) {
      files.put(at(`${path}.css`), sheet);
      lines.push(`import ${JSON.stringify(at(`${path}.css`))};`);
    }
    const names = [...(linked.used.get(path) ?? [])].map(([imported, exported]) => `${imported} as ${exported}`);
    const from = JSON.stringify(at(path));
    lines.push(names.length === 0 ? `import ${from};` : `export { ${names.join(", ")} } from ${from};`);
  }
  const entry = `${files.root}/${FOLDER}${group.name}`;
  files.put(entry, lines.join("\n"));
  const { built: made } = await bundle(entry);
  // The bundler has read them.
  for (const path of group.scripts) files.put(at(path), "");
  if (made === null || made.outputFiles.some(({ path }) => !/\.(?:js|css)$/.test(path))) return null;
  const gone = new Set(group.scripts.flatMap((path) => [path, sheetOf(path) ?? path]));
  const kept = outputFiles.filter((file) => !gone.has(outputOf(file)));
  for (const file of kept) write(file, linked.texts.get(outputOf(file)));
  for (const file of made.outputFiles)
    write(file, file.text.includes(PART) ? file.text.replaceAll(PART, BUILT) : undefined);
  return {
    ...built,
    outputFiles: [...kept, ...made.outputFiles],
    metafile: { ...metafile, outputs: joinedOutputs(metafile.outputs, made.metafile.outputs, group) },
  };
}

function write(file: OutputFile, text: string | undefined): void {
  if (text !== undefined) file.contents = new TextEncoder().encode(text);
}

type Links = { texts: Map<string, string>; used: Map<string, Map<string, string>> };

/**
 * Has scripts import those of a group by the paths at which a bundler finds them, and all others of the script that they become.
 * @returns the changed scripts, and for each of the group the names that others use, with those that they get; null for an unknown form
 */
function withLinks({ outputFiles, metafile }: Built, { name, scripts }: Group, at: (path: string) => string) {
  const own = new Set(scripts);
  const links: Links = { texts: new Map(), used: new Map() };
  // Scripts may export the same names as others, and some have a thousand that are long.
  let count = 0;
  for (const file of outputFiles) {
    const output = outputOf(file);
    const isOwn = own.has(output);
    const isImporting = metafile.outputs[output]?.imports.some(({ path }) => own.has(inOut(path))) ?? false;
    if (!output.endsWith(".js") || !(isOwn || isImporting)) continue;
    const changed = withImports(file.text, (path, names) => {
      if (!own.has(path)) return null;
      if (isOwn) return { from: at(path), names };
      const known = links.used.get(path) ?? new Map<string, string>();
      links.used.set(path, known);
      for (const [imported] of names) if (!known.has(imported)) known.set(imported, `j${(count++).toString(36)}`);
      return {
        from: BUILT + name,
        names: names.map(([imported, local]) => [known.get(imported) ?? "", local] as const),
      };
    });
    if (changed === null) return null;
    links.texts.set(output, isOwn ? asExternal(changed) : changed);
  }
  return links;
}

type Named = readonly (readonly [imported: string, local: string])[];
type Change = (path: string, names: Named) => { from: string; names: Named } | null;

/** Changes a script's imports of other scripts; null when one of those that change has another form than the bundler's. */
function withImports(code: string, change: Change): string | null {
  let written = "";
  let done = 0;
  for (const { type, specifier, importStart: start, importEnd: end } of parse(code)[0]) {
    if (type === "dynamic" || typeof specifier !== "string") continue;
    const [, kind = "", clause] = STATEMENT.exec(code.slice(start, end)) ?? [];
    const names = namesOf(clause ?? "", kind);
    const changed = change(inOut(specifier), names);
    if (changed === null) continue;
    if (kind === "") return null;
    const listed = changed.names.map(([name, local]) => (name === local ? name : `${name} as ${local}`)).join(",");
    const from = JSON.stringify(changed.from);
    written += code.slice(done, start) + (clause === undefined ? `import${from}` : `${kind}{${listed}}from${from}`);
    done = end;
  }
  return written + code.slice(done);
}

const namesOf = (clause: string, kind: string): Named =>
  clause.split(",").flatMap((one) => {
    const [name = "", local = name] = one.trim().split(/\s+as\s+/);
    return name === "" || kind === "" ? [] : [[name, local] as const];
  });

/** Has a script import all others by addresses that a bundle leaves as they are. */
function asExternal(code: string): string {
  let written = "";
  let done = 0;
  for (const { specifier, start, end } of parse(code)[0]) {
    if (typeof specifier !== "string" || !specifier.startsWith(BUILT)) continue;
    const text = code.slice(start, end);
    written += code.slice(done, start) + text.replace(BUILT, PART);
    done = end;
  }
  return written + code.slice(done);
}

/** The outputs of both bundles as if they were one, with the modules of the joined scripts. */
function joinedOutputs(
  before: Metafile["outputs"],
  made: Metafile["outputs"],
  { name, scripts }: Group,
): Metafile["outputs"] {
  const outputs: Metafile["outputs"] = {};
  const joined = `out/${name}`;
  const inputsOf = (paths: string[]) => Object.assign({}, ...paths.map((path) => before[path]?.inputs ?? {}));
  const sheets = scripts.flatMap((path) => before[path]?.cssBundle ?? []);
  for (const [path, output] of Object.entries(before)) {
    if (scripts.includes(path) || sheets.includes(path)) continue;
    const imports = output.imports.map((one) =>
      scripts.includes(inOut(one.path)) ? { kind: one.kind, path: joined } : one,
    );
    const isFirst = ({ path: one }: (typeof imports)[number], index: number): boolean =>
      one !== joined || imports.findIndex((other) => other.path === joined) === index;
    outputs[path] = { ...output, imports: imports.filter(isFirst) };
  }
  for (const [path, output] of Object.entries(made))
    outputs[path] = {
      ...output,
      imports: output.imports.map((one) =>
        one.path.startsWith(PART) ? { kind: one.kind, path: inOut(one.path) } : one,
      ),
      inputs: inputsOf(path.endsWith(".css") ? sheets : scripts),
    };
  return outputs;
}

const inOut = (path: string): string => path.replace(PART, "out/").replace(BUILT, "out/");
const outputOf = ({ path }: Pick<OutputFile, "path">): string => `out/${nameOf(path)}`;
const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1);
