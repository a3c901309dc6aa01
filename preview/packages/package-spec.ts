import { valid, validRange } from "semver";
import { isPackageName, maxPackageNameLength } from "../../worker/contract/package-name.ts";

/** A registry dependency: a package, and a range of versions or a tag. */
export type PackageSpec = { name: string; range: string };

const TAG = /^[a-z_][\w.-]*$/i;
const ALIAS = /^npm:((?:@[^/@]+\/)?[^@]+)(?:@(.*))?$/;
const MAX_RANGE = 256;
/** The address of an archive in a public registry: its package, and its file's name without the extension. */
const ARCHIVE =
  /^https:\/\/registry\.(?:npmjs\.org|yarnpkg\.com|npmmirror\.com)\/((?:@[^/@]+(?:\/|%2f))?[^/@]+)\/-\/([^/?#]+)\.tgz(?:[?#].*)?$/i;

/**
 * Parses a manifest's dependency before any request to the registry. `npm:other@^1` names another package,
 * and so does the address of its archive in a public registry.
 * @returns an explanatory sentence for dependencies outside of the registry: URLs, folders, repositories
 */
export function readSpec(name: string, range: string): PackageSpec | string {
  if (!isPackageName(name)) return notAName(name);
  if (range.length > MAX_RANGE) return `The version asked of "${name}" is too long.`;
  const wanted = unpatched(range);
  const archived = archivedVersion(wanted);
  if (archived !== null) return archived;
  const alias = ALIAS.exec(wanted);
  const target = alias?.[1] ?? name;
  if (!isPackageName(target)) return notAName(target);
  const asked = alias === null ? wanted : (alias[2] ?? "");
  const understood = understoodRange(asked);
  return understood === null ? notFromRegistry(name, range) : { name: target, range: understood };
}

/** Returns the range in yarn's `patch:name@npm%3A^1.0.0#~/.yarn/patches/x.patch`; any other range unchanged. */
export function unpatched(range: string): string {
  const [, inner] = /^patch:(?:@[^/@]+\/)?[^@#]+@([^#]*)/.exec(range) ?? [];
  if (inner === undefined) return range;
  return unpatched(unescaped(inner)).replace(/^npm:(?=[\d^~<>=*v])/, "");
}

/** Yarn escapes the descriptor. A descriptor that is not validly escaped was written by hand. */
function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function archivedVersion(range: string): PackageSpec | null {
  const [, path = "", file = ""] = ARCHIVE.exec(range) ?? [];
  const name = path.replace(/%2f/i, "/");
  const prefix = `${name.slice(name.indexOf("/") + 1)}-`;
  const version = file.startsWith(prefix) ? valid(file.slice(prefix.length)) : null;
  return version === null || !isPackageName(name) ? null : { name, range: version };
}

function notAName(name: string): string {
  const shown = name.length > maxPackageNameLength ? `${name.slice(0, 40)}…` : name;
  return `"${shown}" is not the name of an npm package.`;
}

function notFromRegistry(name: string, range: string): string {
  if (/^(?:file:|\.{0,2}\/).*\.(?:tgz|tar\.gz|tar)$/i.test(range))
    return `"${name}" is packed in a file ("${range}"), which is not unpacked here. Name a version in the registry, or add its unpacked folder to the project and name that ("file:./${name}").`;
  if (/^(workspace|file|link|portal):/.test(range))
    return `"${name}" is a package of the same repository ("${range}"), and its folder is not in this project. Import the whole repository, or add the folder.`;
  return `"${name}": "${range}" is not a version in the registry. Use a version, a range, a tag or an npm: alias.`;
}

/**
 * npm drops the alternatives that it cannot parse: "^3
 *
 * insiders" is "^3".
 */
function understoodRange(range: string): string | null {
  const wanted = range.trim() || "*";
  if (validRange(wanted, true) !== null || TAG.test(wanted)) return wanted;
  const understood = wanted.split("||").filter((part) => validRange(part.trim(), true) !== null);
  return wanted.includes("||") && understood.length > 0 ? understood.join("||") : null;
}
