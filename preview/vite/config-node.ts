/**
 * Returns a module of Node for a configuration. A bundle cannot require a module that stays outside it, but it can require a module of its
 * own that imports it. Relative paths begin at the folder in which the author runs Vite; workerd's begin at its root.
 */
export function nodeModule(name: string): string {
  const all = `export * from "node:${name}";\n`;
  if (name === "url") {
    return `${all}import own from "node:url";
import { resolve } from "node:path";
export const pathToFileURL = (path, options) => own.pathToFileURL(resolve(globalThis.__config.folder, path), options);
export default { ...own, pathToFileURL };
`;
  }
  if (name !== "path" && name !== "path/posix") return `${all}export { default } from "node:${name}";\n`;
  return `${all}import { posix as own } from "node:path";
export const resolve = (...paths) => own.resolve(globalThis.__config?.folder ?? "/", ...paths);
export const relative = (from, to) => own.relative(resolve(from), resolve(to));
const path = { ...own, resolve, relative };
path.posix = path;
export const posix = path;
export default path;
`;
}

/** The functions of `fs.promises` with a callback in their last place, as packages promisify them. */
export const CALLBACKS = `
for (const [name, call] of Object.entries(fs.promises)) {
  if (name === "glob") continue;
  fs[name] = (...args) => {
    const done = args.pop();
    call(...args).then((value) => done(null, value), done);
  };
}
fs.exists = (path, done) => queueMicrotask(() => done(fs.existsSync(path)));
`;
