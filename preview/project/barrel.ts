import { parse } from "es-module-lexer/js";

/** A barrel's re-export under one name; `imported` is null for a whole module as a namespace. */
type Reexport = { name: string; imported: string | null; from: string };

/** A module that only re-exports names of other modules. */
export type Barrel = {
  reexports: Reexport[];
  /** Modules of which it passes on everything. */
  stars: string[];
  /** Modules that it imports for their side effects. */
  effects: string[];
};

/** The names that a module exports itself, and the modules that it re-exports as a whole. */
export type ModuleExports = { names: ReadonlySet<string>; stars: string[] };

/** The names that a module imports of another, or all. */
export type ModuleImport = { specifier: string; names: string[] | "all" };

const EFFECT = /^import\s*["']/;
/** Everything else that a barrel may contain: comments, a directive, and export lists of imported names. */
const BESIDE = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|export\s*\{[^}]*\}|["']use \w+["']|[\s;]+/g;

/** Parses a module as a barrel; null when it has other statements, or cannot be parsed. */
export function readBarrel(code: string): Barrel | null {
  const parsed = parsedModule(code);
  if (parsed === null) return null;
  const [imports, exports] = parsed;
  const barrel: Barrel = { reexports: [], stars: [], effects: [] };
  for (const one of exports) {
    if (one.type === "reexport") barrel.reexports.push({ name: one.name, imported: one.importName, from: one.from });
    else if (one.type === "reexport-all") barrel.stars.push(one.from);
    else return null;
  }
  let beside = "";
  let done = 0;
  for (const { type, specifier, importStart, importEnd } of imports) {
    if ((type !== "static" && type !== "reexport-star") || typeof specifier !== "string") return null;
    if (EFFECT.test(code.slice(importStart, importEnd))) barrel.effects.push(specifier);
    beside += code.slice(done, importStart);
    done = importEnd;
  }
  const rest = (beside + code.slice(done)).replace(BESIDE, "");
  return rest === "" && exports.length > 0 ? barrel : null;
}

/** Reads the names that a module exports; null for a module whose names only execution reveals, such as CommonJS. */
export function readExports(code: string): ModuleExports | null {
  const parsed = parsedModule(code);
  return parsed === null ? null : exportsIn(parsed[1]);
}

/** Returns the exports that a lexer has found. */
export function exportsIn(exports: ReturnType<typeof parse>[1]): ModuleExports {
  const names = new Set<string>();
  const stars: string[] = [];
  for (const one of exports) {
    if (one.type === "reexport-all") stars.push(one.from);
    else names.add(one.name);
  }
  return { names, stars };
}

/** Reads a module's imports and re-exports; null when it cannot be parsed. */
export function readImports(code: string): ModuleImport[] | null {
  const parsed = parsedModule(code);
  if (parsed === null) return null;
  return parsed[0].flatMap(({ type, specifier, importStart, start }) => {
    if (typeof specifier !== "string") return [];
    const names = type === "static" ? namesIn(code.slice(importStart, start)) : ("all" as const);
    return [{ specifier, names }];
  });
}

/** Writes a barrel with only the wanted names, and with the names that `passesOn` returns for `export *`. */
export function slimBarrel(
  { reexports, stars, effects }: Barrel,
  wanted: ReadonlySet<string>,
  passesOn: (from: string) => boolean,
): string {
  const lines = effects.map((from) => `import ${JSON.stringify(from)};`);
  for (const { name, imported, from } of reexports) {
    if (!wanted.has(name)) continue;
    const what = imported === null ? `* as ${name}` : `{ ${imported} as ${name} }`;
    lines.push(`export ${what} from ${JSON.stringify(from)};`);
  }
  for (const from of stars) if (passesOn(from)) lines.push(`export * from ${JSON.stringify(from)};`);
  return `${lines.join("\n")}\nexport {};\n`;
}

function parsedModule(code: string): ReturnType<typeof parse> | null {
  try {
    const parsed = parse(code);
    return parsed[3] ? parsed : null;
  } catch {
    // A module that the lexer cannot parse stays unchanged; esbuild reports its errors.
    return null;
  }
}

/**
 * Parses the names of a statement up to its specifier, such as `import a, { b as c } from`, as the imported module
 * exports them. It splits by hand, since a backtracking expression might never end on a package's code.
 */
function namesIn(statement: string): string[] | "all" {
  if (statement.includes("*")) return "all";
  const open = statement.indexOf("{");
  const before = statement.slice("import".length, open < 0 ? undefined : open).replace(/["']$/, "");
  const listed = open < 0 ? "" : statement.slice(open + 1, statement.lastIndexOf("}"));
  const names = listed.split(",").flatMap((part) => /^("[^"]*"|[\w$]+)/.exec(part.trim())?.[1] ?? []);
  return before.trim() === "" ? names : ["default", ...names];
}
