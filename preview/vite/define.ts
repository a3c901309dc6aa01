import type { Mode } from "./env.ts";

export type DefineOptions = {
  mode: Mode;
  /** The path that the app is served below, beginning and ending with `/` (Vite's `base`). */
  base: string;
  /** Whether the code runs on the server. */
  ssr: boolean;
  /** Constants of vite.config as JavaScript source by name (Vite's `define`). */
  define?: Readonly<Record<string, string>>;
};

/**
 * Constants in esbuild's format: `define` accepts only entity names or JSON, so every other expression is an export of
 * the module `inject`, which esbuild imports into each file that uses one of its names.
 */
export type Defines = { define: Record<string, string>; inject: string | null; injected: Injected[] };

/** A constant in `inject`, and its first line. */
export type Injected = { name: string; line: number };

const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;
const ENTITY = /^[\p{ID_Start}$_][\p{ID_Continue}$]*(\.[\p{ID_Start}$_][\p{ID_Continue}$]*)*$/u;
const ENV_PREFIX = "import.meta.env.";

/**
 * Returns the constants of a build, as Vite defines them: each variable as `import.meta.env.NAME`, all as
 * `import.meta.env`, so that a missing one is undefined, no hot reloading, and `process.env.NODE_ENV`, with an empty
 * `process.env` in browsers. The constants of vite.config win over these.
 *
 * @param env the visible variables (`readEnv`)
 */
export function defines(env: Readonly<Record<string, string>>, options: DefineOptions): Defines {
  const { mode, base, ssr, define: own = {} } = options;
  const isProduction = mode === "production";
  const constants = { BASE_URL: base, MODE: mode, DEV: !isProduction, PROD: isProduction, SSR: ssr };
  const all: Record<string, unknown> = { ...env, ...constants, ...ownEnv(own) };
  const nodeEnv = JSON.stringify(mode);
  const split = splitExpressions(own);
  return {
    define: {
      ...(ssr ? {} : environmentOfProcess()),
      ...Object.fromEntries(["", "global.", "globalThis."].map((scope) => [`${scope}process.env.NODE_ENV`, nodeEnv])),
      "import.meta.hot": "undefined",
      "import.meta.env": JSON.stringify(all),
      ...Object.fromEntries(
        Object.entries(all)
          .filter(([name]) => IDENTIFIER.test(name))
          .map(([name, value]) => [ENV_PREFIX + name, JSON.stringify(value)]),
      ),
      ...split.define,
    },
    inject: split.inject,
    injected: split.injected,
  };
}

/** A browser has no process; packages that look for a variable find none instead of an error. */
function environmentOfProcess(): Record<string, string> {
  return { "process.env": "{}", "global.process.env": "{}", "globalThis.process.env": "{}" };
}

/** Variables that vite.config defines as `import.meta.env.NAME`, if they are JSON. */
function ownEnv(define: Readonly<Record<string, string>>): Record<string, unknown> {
  const named = Object.entries(define).filter(([name]) => name.startsWith(ENV_PREFIX));
  return Object.fromEntries(
    named.flatMap(([name, source]) => {
      const value = parseJson(source);
      return value === undefined ? [] : [[name.slice(ENV_PREFIX.length), value]];
    }),
  );
}

function splitExpressions(define: Readonly<Record<string, string>>): Defines {
  const usable = Object.entries(define).filter(([name]) => ENTITY.test(name));
  const isSimple = ([, source]: [string, string]) => ENTITY.test(source.trim()) || parseJson(source) !== undefined;
  const expressions = usable.filter((entry) => !isSimple(entry));
  const names = new Map(expressions.map(([name], index) => [name, `__define_${index}`]));
  let line = 1;
  const injected = expressions.map(([name, source]) => {
    const began = line;
    line += source.split("\n").length;
    return { name, line: began };
  });
  return {
    injected,
    define: Object.fromEntries(usable.map(([name, source]) => [name, names.get(name) ?? source.trim()])),
    inject:
      expressions.length === 0
        ? null
        : expressions.map(([name, source]) => `export const ${names.get(name)} = (${source});\n`).join(""),
  };
}

/** Parses JSON source; undefined for another expression. */
function parseJson(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch {
    return undefined;
  }
}
