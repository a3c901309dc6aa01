import { type ParseError, parse, printParseErrorCode } from "jsonc-parser";
import { type Lock, type LockedPackage, objectOf, textOf } from "./lock.ts";
import { TreeLock } from "./tree-lock.ts";

/**
 * Parses bun.lock, the text lock of bun 1.2 and later: JSON with trailing commas, with packages by their chain of
 * parent names, each as `[name@version, tarball, manifest, integrity]`.
 * @param app the app's folder relative to that of the lock, "" for the same folder
 * @throws {SyntaxError} for invalid JSON with comments
 */
export function readBunLock(source: string, text: string, app: string): Lock {
  const errors: ParseError[] = [];
  const lock = objectOf(parse(text, errors, { allowTrailingComma: true }));
  const [error] = errors;
  if (error !== undefined) throw new SyntaxError(printParseErrorCode(error.error));
  const packages = new Map<string, LockedPackage>();
  const workspaces = new Map<string, string>();
  for (const [chain, value] of Object.entries(objectOf(lock.packages))) {
    const [identifier, tarball, , integrity]: unknown[] = Array.isArray(value) ? value : [];
    const [, name, version] = /^((?:@[^/]+\/)?[^@/]+)@(.+)$/.exec(textOf(identifier) ?? "") ?? [];
    if (name === undefined || version === undefined) continue;
    const folder = folderOf(chain);
    if (version.startsWith("workspace:")) workspaces.set(version.slice("workspace:".length), folder);
    if (!/^\d/.test(version)) continue;
    const sources = {
      ...(typeof integrity === "string" && { integrity }),
      ...(typeof tarball === "string" && tarball !== "" && { tarball }),
    };
    packages.set(folder, { name, version, ...sources });
  }
  const own = workspaces.get(app) ?? "";
  return new TreeLock(source, packages, [own, "", ...[...workspaces.values()].filter((folder) => folder !== own)]);
}

function folderOf(chain: string): string {
  const names = chain.match(/(?:@[^/]+\/)?[^/]+/g) ?? [];
  return names.map((name) => `node_modules/${name}`).join("/");
}
