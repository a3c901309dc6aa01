import { satisfies, validRange } from "semver";
import { readSpec } from "./package-spec.ts";

/**
 * A dependency whose version is asked for. `name`: under which it is imported; `range`: as the manifest has it;
 * `parent`: the folder of the package that depends on it, "" for the project; `parentKey`: that package's `name@version`.
 */
export type LockRequest = { name: string; range: string; parent: string; parentKey: string | null };

/** A version as a lock file has it; `integrity` and `tarball` where the format has them. */
export type LockedVersion = { version: string; integrity?: string; tarball?: string };

/** The versions that a lock file decided. `source` is its path in the project. */
export type Lock = { version(request: LockRequest): LockedVersion | null; source: string };

/** A package in a lock file, with its name in the registry. */
export type LockedPackage = LockedVersion & { name: string };

/** Whether a locked package is what a dependency asks for. A tag is taken as the lock has it. */
export function fits(locked: LockedPackage, { name, range }: { name: string; range: string }): boolean {
  const spec = readSpec(name, range);
  if (typeof spec === "string" || spec.name !== locked.name) return false;
  return validRange(spec.range, true) === null || satisfies(locked.version, spec.range, true);
}

/** Without the name, and without what is undefined. */
export function lockedVersion({ version, integrity, tarball }: LockedPackage): LockedVersion {
  return { version, ...(integrity && { integrity }), ...(tarball && { tarball }) };
}

export type Json = Record<string, unknown>;

/** The value where it is an object, else an empty one. */
export function objectOf(value: unknown): Json {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

/** The value where it is a text, else undefined. */
export function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
