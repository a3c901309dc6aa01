import { DOTENV_EXPAND, dotenvModule } from "./config-dotenv.ts";
import { GLOBS } from "./config-globs.ts";
import { CALLBACKS, nodeModule } from "./config-node.ts";
import { pluginsModule } from "./config-plugins.ts";

/** Where the files of a configuration's isolate are: the project's own, and the modules below. */
export const PROJECT = "/project";
export const SHIMS = `${PROJECT}/__config`;

/**
 * A stub for an npm package: callers may call, construct or spread it and read any export, and it records their
 * operations. It is CommonJS, since an ES module would have to name its exports.
 */
const RECORDER = `
const RECORD = Symbol.for("config.record");
// A recorder is no promise, no list with items, and no value of JSON; everything else that is asked of it is another recorder.
const ABSENT = new Set(["then", "toJSON", "__esModule", Symbol.toStringTag, Symbol.asyncIterator]);
function recorder(record) {
  const get = (_, key) => {
    if (key === RECORD) return record;
    if (key === Symbol.iterator) return function* () {};
    if (key === Symbol.toPrimitive) return () => "";
    if (ABSENT.has(key) || typeof key === "symbol") return undefined;
    if (key === "default") return proxy;
    return recorder({ ...record, path: [...record.path, key], args: null });
  };
  const names = new Proxy({}, { get, getPrototypeOf: () => null });
  // A proxy must report the non-configurable properties of its target. A bound function has none, so that spreading the
  // proxy into an object copies the record alone.
  const proxy = new Proxy(function () {}.bind(null), {
    get,
    ownKeys: () => [RECORD],
    getOwnPropertyDescriptor: () => ({ value: record, enumerable: true, configurable: true }),
    apply: (_, self, args) => recorder({ ...record, args }),
    construct: (_, args) => recorder({ ...record, args }),
    has: () => true,
    // The bundler makes a module of an object with the prototype of what was exported, so that names are found there.
    getPrototypeOf: () => names,
  });
  return proxy;
}
module.exports = { RECORD, recorder };
`;

/** The functions of Vite that configurations call. */
const VITE = `
const { recorder } = require("${SHIMS}/recorder.cjs");
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof RegExp);
const list = (value) => (Array.isArray(value) ? value : [value]);
const aliases = (value) => (Array.isArray(value) ? value : Object.entries(value).map(([find, replacement]) => ({ find, replacement })));
function mergeConfig(defaults, overrides, isRoot = true, path = "") {
  const merged = { ...defaults };
  for (const [key, value] of Object.entries(overrides)) {
    const before = merged[key];
    const at = path === "" ? key : path + "." + key;
    if (value === undefined || value === null) continue;
    if (before === undefined || before === null) merged[key] = value;
    else if (at === "resolve.alias" || (key === "alias" && !isRoot))
      merged[key] = isObject(before) && isObject(value) ? { ...before, ...value } : [...aliases(value), ...aliases(before)];
    else if (Array.isArray(before) || Array.isArray(value)) merged[key] = [...list(before), ...list(value)];
    else merged[key] = isObject(before) && isObject(value) ? mergeConfig(before, value, true, at) : value;
  }
  return merged;
}
const listOf = (value) => (value === undefined || value === null ? [] : list(value));
/** A glob as a regular expression: stars, braces and question marks. */
function globOf(glob) {
  const parts = { "**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]", "{": "(?:", "}": ")", ",": "|" };
  const text = glob.replace(/\\*\\*\\/|\\*\\*|[*?{},]|[.+^$()|[\\]\\\\]/g, (part) => parts[part] ?? "\\\\" + part);
  return new RegExp("^" + (/^([/*]|\\0)/.test(glob) ? "" : ".*/") + text + "$");
}
const patternOf = (inCode) => (pattern) => {
  if (pattern instanceof RegExp) return (text) => new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, "")).test(text);
  return inCode ? (text) => text.includes(pattern) : (text) => text === pattern || globOf(pattern).test(text.split("?")[0]);
};
/** Matches a filter of a hook: a pattern, a list of them, or both of those to include and to exclude. */
function matcherOf(filter, inCode = false) {
  const { include, exclude } = isObject(filter) ? filter : { include: filter };
  const included = listOf(include).map(patternOf(inCode));
  const excluded = listOf(exclude).map(patternOf(inCode));
  return (text) => !excluded.some((test) => test(text)) && (included.length === 0 || included.some((test) => test(text)));
}
const own = {
  createFilter: (include, exclude) => {
    const matches = matcherOf({ include, exclude });
    return (id) => typeof id === "string" && !id.includes("\\0") && matches(id);
  },
  matcherOf,
  transformWithEsbuild: async (code, path) => ({ code: await globalThis.__compile(path, code), map: null, warnings: [] }),
  defineConfig: (config) => config,
  defineProject: (config) => config,
  mergeConfig,
  loadEnv(mode, folder, prefixes = "VITE_") {
    const path = new URL("file://" + (folder.startsWith("/") ? folder : globalThis.__config.folder + "/" + folder)).pathname;
    const entries = Object.entries(globalThis.__config.variables[decodeURI(path).replace(/\\/$/, "")] ?? {});
    return Object.fromEntries(entries.filter(([name]) => list(prefixes).some((prefix) => name.startsWith(prefix))));
  },
  normalizePath: (path) => path.replaceAll("\\\\", "/"),
  searchForWorkspaceRoot: () => globalThis.__config.folder,
  createLogger: () => ({ info() {}, warn() {}, warnOnce() {}, error() {}, clearScreen() {}, hasWarned: false }),
  configDefaults: { exclude: [], include: [], coverage: { exclude: [] } },
};
const others = recorder({ package: "vite", path: [], args: null });
const get = (_, key) => (Object.hasOwn(own, key) ? own[key] : key === "default" ? module.exports : others[key]);
const names = new Proxy({}, { get, getPrototypeOf: () => null });
module.exports = new Proxy(function () {}, { get, getPrototypeOf: () => names });
`;

/**
 * The file system of a configuration: the project's text files. Files that it writes are there for its own reading alone, since
 * the build has its files already.
 */
const FS = `
const { globSync } = require("${SHIMS}/globs.mjs");
const pathOf = (path) => {
  const text = String(path instanceof URL ? decodeURI(path.pathname) : path);
  const segments = [];
  for (const segment of (text.startsWith("/") ? text : globalThis.__config.folder + "/" + text).split("/")) {
    if (segment === "..") segments.pop();
    else if (segment !== "." && segment !== "") segments.push(segment);
  }
  return segments.slice(1).join("/");
};
const missing = (call, path) => Object.assign(new Error("ENOENT: no such file, " + call + " '" + path + "'"), { code: "ENOENT" });
const isFolder = (path) => path === "" || globalThis.__config.paths.some((one) => one.startsWith(path + "/"));
const fs = {
  existsSync: (path) => globalThis.__config.paths.includes(pathOf(path)) || isFolder(pathOf(path)),
  readFileSync(path, options) {
    const text = globalThis.__config.texts[pathOf(path)];
    if (text === undefined) throw missing("open", path);
    return options === undefined || options === null ? Buffer.from(text) : text;
  },
  readdirSync(path, options) {
    const prefix = pathOf(path) === "" ? "" : pathOf(path) + "/";
    const below = globalThis.__config.paths.filter((one) => one.startsWith(prefix)).map((one) => one.slice(prefix.length).split("/"));
    if (below.length === 0) throw missing("scandir", path);
    const depths = (parts) => (options?.recursive ? parts.map((_, index) => index + 1) : [1]);
    const names = [...new Set(below.flatMap((parts) => depths(parts).map((depth) => parts.slice(0, depth).join("/"))))];
    if (!options?.withFileTypes) return names;
    return names.map((name) => {
      const full = "${PROJECT}/" + prefix + name;
      const folder = full.slice(0, full.lastIndexOf("/"));
      return { name: name.slice(name.lastIndexOf("/") + 1), parentPath: folder, path: folder, ...fs.statSync(full) };
    });
  },
  statSync(path) {
    if (!fs.existsSync(path)) throw missing("stat", path);
    const folder = isFolder(pathOf(path));
    return { isDirectory: () => folder, isFile: () => !folder, isSymbolicLink: () => false };
  },
  realpathSync: (path) => String(path),
  writeFileSync(path, data) {
    globalThis.__config.texts[pathOf(path)] = typeof data === "string" ? data : Buffer.from(data).toString();
    if (!globalThis.__config.paths.includes(pathOf(path))) globalThis.__config.paths.push(pathOf(path));
  },
  appendFileSync(path, data) {
    fs.writeFileSync(path, (globalThis.__config.texts[pathOf(path)] ?? "") + data);
  },
  copyFileSync: (from, to) => fs.writeFileSync(to, fs.readFileSync(from)),
  rmSync(path) {
    const removed = pathOf(path);
    const isKept = (one) => one !== removed && !one.startsWith(removed + "/");
    globalThis.__config.paths = globalThis.__config.paths.filter(isKept);
    for (const one of Object.keys(globalThis.__config.texts)) if (!isKept(one)) delete globalThis.__config.texts[one];
  },
  mkdirSync: () => undefined,
  globSync,
};
fs.lstatSync = fs.statSync;
fs.unlinkSync = fs.rmSync;
fs.rmdirSync = fs.rmSync;
fs.promises = {
  readFile: async (...args) => fs.readFileSync(...args),
  readdir: async (...args) => fs.readdirSync(...args),
  opendir: async (path) => fs.readdirSync(path, { withFileTypes: true }),
  stat: async (...args) => fs.statSync(...args),
  access: async (path) => void fs.statSync(path),
  writeFile: async (...args) => fs.writeFileSync(...args),
  appendFile: async (...args) => fs.appendFileSync(...args),
  copyFile: async (...args) => fs.copyFileSync(...args),
  rm: async (...args) => fs.rmSync(...args),
  unlink: async (...args) => fs.rmSync(...args),
  mkdir: async () => undefined,
  lstat: async (...args) => fs.statSync(...args),
  realpath: async (path) => fs.realpathSync(path),
  glob: async function* (...args) { yield* globSync(...args); },
};
${CALLBACKS}module.exports = fs;
`;

/** require() of a JSON file by createRequire; a package is a recorder here as well. */
const MODULE = `
const { recorder } = require("${SHIMS}/recorder.cjs");
const fs = require("${SHIMS}/fs.cjs");
const createRequire = () => {
  const load = (name) => (name.endsWith(".json") && /^[./]/.test(name) ? JSON.parse(fs.readFileSync(name, "utf8")) : recorder({ package: name, path: [], args: null }));
  load.resolve = (name) => name;
  return load;
};
module.exports = { createRequire, default: { createRequire } };
`;

/** Converts a configuration to plain data: an object with the key "$" represents a value that is no data. */
const SERIALIZE = `
const { RECORD } = require("${SHIMS}/recorder.cjs");
const MAX_VALUES = 20000;
module.exports = function serialize(root) {
  let count = 0;
  const open = new Set();
  const visit = (value) => {
    if (++count > MAX_VALUES) throw new Error("The configuration has more than " + MAX_VALUES + " values.");
    if (value === null || ["string", "boolean"].includes(typeof value)) return value;
    if (typeof value === "number") return Number.isFinite(value) ? value : { $: "number", value: String(value) };
    if (typeof value === "bigint") return { $: "number", value: String(value) };
    if (typeof value === "undefined" || typeof value === "symbol") return { $: "undefined" };
    const record = value[RECORD];
    if (record !== undefined) return { $: "package", name: record.package, path: record.path, args: record.args === null ? null : visit(record.args) };
    if (typeof value === "function") return { $: "function", name: value.name };
    if (value instanceof RegExp) return { $: "regexp", source: value.source, flags: value.flags };
    if (value instanceof URL) return value.protocol === "file:" ? decodeURI(value.pathname) : value.href;
    if (open.has(value)) return { $: "cycle" };
    open.add(value);
    const data = Array.isArray(value) ? value.map(visit) : Object.fromEntries(Object.entries(value).map(([key, one]) => [key, visit(one)]));
    open.delete(value);
    return data;
  };
  return visit(root);
};
`;

/** The modules that every configuration can import, by path below `SHIMS`. */
export const SHIM_MODULES: Record<string, string> = {
  "recorder.cjs": RECORDER,
  "vite.cjs": VITE,
  "fs.cjs": FS,
  "fs-promises.cjs": `module.exports = require("${SHIMS}/fs.cjs").promises;\n`,
  "module.cjs": MODULE,
  // The `process` that the entry prepares: the working directory of Node's own module is the isolate's folder.
  "process.cjs": "module.exports = globalThis.process;\n",
  "path.mjs": nodeModule("path"),
  "globs.mjs": GLOBS,
  "dotenv.mjs": dotenvModule(SHIMS),
  "dotenv-config.mjs": `import { config } from "${SHIMS}/dotenv.mjs";\nconfig();\n`,
  "dotenv-expand.mjs": DOTENV_EXPAND,
  "serialize.cjs": SERIALIZE,
  "plugins.cjs": pluginsModule(SHIMS),
};

/** Creates the stub of one package. */
export function packageStub(name: string): string {
  const record = `{ package: ${JSON.stringify(name)}, path: [], args: null }`;
  return `module.exports = require("${SHIMS}/recorder.cjs").recorder(${record});\n`;
}

/**
 * Variables that hosts set for a program they run. Configurations of Replit throw without them; the values are Vite's own
 * defaults.
 */
const HOST_VARIABLES = { PORT: "5173", BASE_PATH: "/" };

/** Statements that prepare Node's globals in an isolate, from the `request` of a configuration. */
export const prepared = (path: string): string => `globalThis.__config = request;
globalThis.__filename = request.folder + ${JSON.stringify(`/${path}`)};
globalThis.__dirname = globalThis.__filename.slice(0, globalThis.__filename.lastIndexOf("/"));
const env = { ...${JSON.stringify(HOST_VARIABLES)}, NODE_ENV: request.env.mode };
// The members of Node's process are accessors of its prototype, which a copy would lose.
globalThis.process = Object.assign(Object.create(globalThis.process), { cwd: () => request.folder });
Object.defineProperty(globalThis.process, "env", { value: env, writable: true });`;

/**
 * The tool's entry: prepares Node's globals, evaluates the configuration, and returns it as data, or the reason for
 * its failure.
 * @param module the path of the configuration's module in the isolate
 */
export function configEntry(path: string, module: string): string {
  return `import serialize from "${SHIMS}/serialize.cjs";
import { RECORD } from "${SHIMS}/recorder.cjs";
import { withConfigHooks } from "${SHIMS}/plugins.cjs";
export async function run(request) {
  ${prepared(path)}
  try {
    const module = await import(${JSON.stringify(`${PROJECT}/${module}`)});
    const exported = module.default ?? module;
    const written = (await (typeof exported === "function" ? exported(request.env) : exported)) ?? {};
    const { config, failed } = typeof written === "object" ? await withConfigHooks(written, request.env) : { config: written, failed: [] };
    const given = ${JSON.stringify(HOST_VARIABLES)};
    const variables = Object.entries(process.env).filter(([name, one]) => name !== "NODE_ENV" && given[name] !== one);
    return { value: serialize(config), failed, variables: Object.fromEntries(variables.map(([name, one]) => [name, String(one)])) };
  } catch (error) {
    const record = error?.[RECORD];
    const ofPackage = record && 'it throws a value of the package "' + record.package + '", which does not run here';
    return { error: ofPackage ?? (error instanceof Error ? error.message : String(error)), stack: error instanceof Error ? (error.stack ?? "") : "" };
  }
}
`;
}
