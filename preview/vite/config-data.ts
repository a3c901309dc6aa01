/** A configuration as data (`configTool`): an object with the key `$` represents a value that is no data. */
export type Data = null | string | number | boolean | Data[] | { [name: string]: Data };
export type DataObject = { [name: string]: Data };

/** A value that a configuration made of an npm package: an export of it, called or not. */
export type PackageUse = { name: string; path: string[]; args: Data[] | null };

/** Returns a value of a configuration when it is a plain object; null for any other. */
export function asObject(data: Data | undefined): DataObject | null {
  const isPlain = typeof data === "object" && data !== null && !Array.isArray(data) && !Object.hasOwn(data, "$");
  return isPlain ? data : null;
}

/** Returns a value of a configuration when it is a text; null for any other. */
export function asString(data: Data | undefined): string | null {
  return typeof data === "string" ? data : null;
}

/** The strings of a list, or of a single string. */
export function asStrings(data: Data | undefined): string[] {
  return asList(data).filter((one) => typeof one === "string");
}

/** Flattens a list and drops its empty items; a single value becomes a list. */
export function asList(data: Data | undefined): Data[] {
  if (Array.isArray(data)) return data.flatMap(asList);
  return data === undefined || data === null || data === false || isTagged(data, "undefined") ? [] : [data];
}

/** The value at a path of names, or undefined. */
export function dataAt(data: Data | undefined, path: string): Data | undefined {
  let value = data;
  for (const name of path.split(".")) value = asObject(value)?.[name];
  return isTagged(value, "undefined") ? undefined : value;
}

/** Whether a value of a configuration represents one of this kind that is no data (its `$`). */
export function isTagged(data: Data | undefined, tag: string): data is DataObject {
  return typeof data === "object" && data !== null && !Array.isArray(data) && data.$ === tag;
}

/** Returns the call of a package's function that a value of a configuration stands for; null for any other. */
export function asPackageUse(data: Data): PackageUse | null {
  if (!isTagged(data, "package")) return null;
  return { name: String(data.name), path: asStrings(data.path), args: Array.isArray(data.args) ? data.args : null };
}

/** Returns the regular expression that a value of a configuration stands for; null for any other. */
export function asRegExp(data: Data | undefined): { regex: string; flags: string } | null {
  return isTagged(data, "regexp") ? { regex: String(data.source), flags: String(data.flags) } : null;
}

/** Whether a value is data throughout, so that nothing of it was a function or an export of a package. */
export function isPlain(data: Data): boolean {
  if (Array.isArray(data)) return data.every(isPlain);
  if (typeof data !== "object" || data === null) return true;
  return !Object.hasOwn(data, "$") && Object.values(data).every(isPlain);
}
