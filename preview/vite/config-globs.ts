/**
 * Packages that list files by globs, for a configuration: fast-glob, glob, tinyglobby and globby, whose names lead to one module. A
 * configuration lists its pages and entries by them, so that an app has none without.
 * https://vite.dev/guide/build.html#multi-page-app, https://rollupjs.org/configuration-options/#input
 */
export const GLOBS = `
import { posix } from "node:path";
const list = (value) => (value === undefined || value === null ? [] : [value].flat());
/** A pattern's braces written out: "a/{b,c}" as two, "{1..3}" as three. */
function alternatives(pattern) {
  const found = /\\{([^{}]*)\\}/.exec(pattern);
  if (found === null) return [pattern];
  const [, from, to] = /^(\\d+)\\.\\.(\\d+)$/.exec(found[1]) ?? [];
  const parts = from === undefined ? found[1].split(",") : Array.from({ length: Math.max(0, Math.min(100, to - from + 1)) }, (_, index) => Number(from) + index);
  return parts.slice(0, 100).flatMap((part) => alternatives(pattern.slice(0, found.index) + part + pattern.slice(found.index + found[0].length)));
}
const matchesPart = (glob, name) => {
  const source = glob.replace(/\\[!/g, "[^").replace(/\\*+|\\?|[.+^$()|\\\\]/g, (one) => (one[0] === "*" ? "[^/]*" : one === "?" ? "[^/]" : one === "^" ? one : "\\\\" + one));
  return new RegExp("^" + source + "$").test(name);
};
/** Compares part by part, so that no pattern takes long. */
function matchesParts(globs, names, dot) {
  let open = new Set([0]);
  const past = (states) => {
    for (const state of states) if (globs[state] === "**") states.add(state + 1);
    return states;
  };
  past(open);
  for (const name of names) {
    const next = new Set();
    const isHidden = name.startsWith(".");
    for (const state of open) {
      if (globs[state] === "**" && (dot || !isHidden)) next.add(state);
      else if (globs[state] !== undefined && globs[state] !== "**" && (dot || !isHidden || globs[state].startsWith(".")) && matchesPart(globs[state], name)) next.add(state + 1);
    }
    open = past(next);
  }
  return open.has(globs.length);
}
function find(given, options = {}) {
  const settings = { ...options, ...(typeof given === "object" && !Array.isArray(given) ? given : {}) };
  const patterns = list(settings.patterns ?? given).filter((one) => typeof one === "string");
  const cwd = posix.resolve(globalThis.__config.folder, String(settings.cwd?.pathname ?? settings.cwd ?? ""));
  const partsOf = (pattern) => alternatives(posix.resolve(cwd, pattern)).map((one) => one.split("/").slice(1));
  const wanted = patterns.filter((one) => !one.startsWith("!")).map((one) => [one, partsOf(one)]);
  const ignored = [...patterns.filter((one) => one.startsWith("!")).map((one) => one.slice(1)), ...list(settings.ignore).filter((one) => typeof one === "string")].flatMap(partsOf);
  const onlyFolders = settings.onlyDirectories === true;
  const withFolders = onlyFolders || settings.onlyFiles === false;
  const files = globalThis.__config.paths.filter((path) => !/(^|\\/)node_modules\\//.test(path));
  const folders = withFolders ? [...new Set(files.flatMap((path) => path.split("/").slice(0, -1).map((_, index, parts) => parts.slice(0, index + 1).join("/"))))] : [];
  const found = [...(onlyFolders ? [] : files), ...folders].map((path) => "/project/" + path).filter((path) => {
    const names = path.split("/").slice(1);
    return wanted.some(([, all]) => all.some((globs) => matchesParts(globs, names, settings.dot === true))) && !ignored.some((globs) => matchesParts(globs, names, true));
  });
  const isAbsolute = settings.absolute === true || patterns.some((one) => one.startsWith("/"));
  const prefix = patterns.some((one) => one.startsWith("./")) && settings.dotRelative === true ? "./" : "";
  return found.sort().map((path) => (isAbsolute ? path : prefix + posix.relative(cwd, path)));
}
const isDynamicPattern = (pattern) => /[*?{}[\\]!()]/.test(pattern);
const escapePath = (path) => path.replace(/[*?{}[\\]()!]/g, "\\\\$&");
const inTime = async (...given) => find(...given);
const all = Object.assign(inTime.bind(null), {
  sync: find, async: inTime, glob: inTime, globSync: find, globby: inTime, globbySync: find, isDynamicPattern, escapePath, convertPathToPattern: escapePath,
});
export { all as glob, find as globSync, find as sync, inTime as async, inTime as globby, find as globbySync, isDynamicPattern, escapePath, escapePath as convertPathToPattern };
export default all;
`;
