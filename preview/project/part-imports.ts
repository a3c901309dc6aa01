import { parse } from "es-module-lexer/js";

/** Stands for the address of built files while parts are bundled; as long as that, so that no column of a source map moves. */
export const PART = "edgesmith-built-at:";

/** The name under which a part exports a name of a module, by the module's number; "" for all of a CommonJS module. */
export const nameInPart = (id: number, name: string): string => `$part${id}_${name}`;

/** Scripts of parts that pages load first: the first script of a part, or several that became one. */
export const FIRST_OF_PARTS = /\/package-[0-9a-f]+-\d+-(?:0|first)\.js$/;

const NAME_IN_PART = /^\$part(\d+)_([\w$]*)$/;
/** An identifier that is no property's name behind a dot; three dots stand before a value. */
const IDENTIFIER = /((?<!\.\.)\.\s*)?([\w$]+)/g;

/** A bundled script whose imports of parts are those that it uses: esbuild keeps the others, as it does not know their modules. */
export type Trimmed = { code: string; used: { id: number; name: string }[] };

/**
 * Leaves out the names that a script imports of parts and does not use. Spaces take their place, so that the columns of its source map
 * stay.
 */
export function withUsedImports(code: string): Trimmed {
  const statements = parse(code)[0].flatMap(({ type, specifier, importStart: start, importEnd: end }) =>
    type === "static" && specifier?.startsWith(PART) ? [{ start, end }] : [],
  );
  let rest = "";
  let done = 0;
  for (const { start, end } of statements) {
    rest += code.slice(done, start);
    done = end;
  }
  rest += code.slice(done);
  const identifiers = new Set<string>();
  for (const [, dot, name = ""] of statements.length === 0 ? [] : rest.matchAll(IDENTIFIER))
    if (dot === undefined) identifiers.add(name);
  const used: Trimmed["used"] = [];
  let written = "";
  done = 0;
  for (const { start, end } of statements) {
    const statement = code.slice(start, end);
    written += code.slice(done, start);
    done = end;
    const [, names = "", ending = ""] = /^import\s*\{([^}]*)\}(\s*from\s*"[^"]*")$/.exec(statement) ?? [];
    const kept = names.split(",").flatMap((one) => {
      const [, name = "", local = name] = /^\s*([\w$]+)(?:\s+as\s+([\w$]+))?\s*$/.exec(one) ?? [];
      const [, id, own = ""] = NAME_IN_PART.exec(name) ?? [];
      if (id === undefined || !identifiers.has(local)) return [];
      used.push({ id: Number(id), name: own });
      return [one.trim()];
    });
    const trimmed =
      kept.length > 0 ? `import{${kept.join(",")}}${ending}` : `import${ending.replace(/^\s*from\s*/, "")}`;
    written += ending === "" ? statement : trimmed.padEnd(statement.length);
  }
  return { code: written + code.slice(done), used };
}

/** Leaves out the imports of scripts that are not there, since nothing of them is used. */
export function withoutImports(code: string, isThere: (script: string) => boolean): string {
  let written = "";
  let done = 0;
  for (const { type, specifier, importStart: start, importEnd: end } of parse(code)[0]) {
    if (type !== "static" || !specifier?.startsWith(PART) || isThere(specifier.slice(PART.length))) continue;
    written += code.slice(done, start) + " ".repeat(end - start);
    done = end;
  }
  return written + code.slice(done);
}

/** Returns the path of a module from another, both absolute, as an import has it. */
export function between(from: string, to: string): string {
  const folders = from.split("/").slice(0, -1);
  const parts = to.split("/");
  const shared = folders.findIndex((folder, depth) => folder !== parts[depth]);
  const depth = shared < 0 ? folders.length : shared;
  return `${folders.length === depth ? "./" : "../".repeat(folders.length - depth)}${parts.slice(depth).join("/")}`;
}
