import { type Json, type Lock, type LockedPackage, objectOf, textOf } from "./lock.ts";
import { packageInFolder } from "./package-folders.ts";
import { TreeLock } from "./tree-lock.ts";

/**
 * Parses package-lock.json and npm-shrinkwrap.json in versions 1, 2 and 3.
 * @param app the app's folder below that of the lock, "" for the same
 * @throws {SyntaxError} for invalid JSON
 */
export function readNpmLock(source: string, text: string, app: string): Lock {
  const lock = objectOf(JSON.parse(text));
  const packages = new Map<string, LockedPackage>();
  if (typeof lock.packages !== "object") {
    readNested(objectOf(lock.dependencies), "", packages);
    return new TreeLock(source, packages, [linkedFolder(objectOf(lock.dependencies), app), ""]);
  }
  const projects: string[] = [];
  for (const [folder, value] of Object.entries(objectOf(lock.packages))) {
    const entry = objectOf(value);
    const name = packageInFolder(folder);
    if (name === null) projects.push(folder);
    const locked = entry.link === true || name === null ? null : packageOf(name, entry);
    if (locked !== null) packages.set(folder, locked);
  }
  return new TreeLock(source, packages, [app, ...projects.filter((folder) => folder !== app)]);
}

/** For an alias, the entry states the package's own name. */
function packageOf(folderName: string, entry: Json): LockedPackage | null {
  const version = textOf(entry.version);
  if (version === undefined) return null;
  return withSource({ name: textOf(entry.name) ?? folderName, version }, entry);
}

function withSource(locked: LockedPackage, entry: Json): LockedPackage {
  const integrity = textOf(entry.integrity);
  const tarball = textOf(entry.resolved);
  return { ...locked, ...(integrity && { integrity }), ...(tarball && { tarball }) };
}

/** Version 1 nests packages, and writes an alias as a version: `npm:other@1.0.0`. */
function readNested(dependencies: Json, parent: string, packages: Map<string, LockedPackage>): void {
  for (const [name, value] of Object.entries(dependencies)) {
    const entry = objectOf(value);
    const folder = `${parent === "" ? "" : `${parent}/`}node_modules/${name}`;
    const [, alias, version] = /^npm:(.+)@([^@]+)$/.exec(textOf(entry.version) ?? "") ?? [];
    const locked = { name: alias ?? name, version: version ?? textOf(entry.version) ?? "" };
    if (/^\d/.test(locked.version)) packages.set(folder, withSource(locked, entry));
    readNested(objectOf(entry.dependencies), folder, packages);
  }
}

/** Version 1 lists a workspace among the packages, with its folder as the version. */
function linkedFolder(dependencies: Json, app: string): string {
  const found = Object.entries(dependencies).find(([, entry]) => objectOf(entry).version === `file:${app}`);
  return app === "" || found === undefined ? "" : `node_modules/${found[0]}`;
}
