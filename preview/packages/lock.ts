import { satisfies, validRange } from "semver";
import { readSpec } from "./package-spec.ts";

/**
 * A dependency to resolve. `name`: its import name; `range`: the manifest's; `parent`: the folder of the dependent
 * package, "" for the project; `parentKey`: the dependent's `name@version`.
 */
export type LockRequest = { name: string; range: string; parent: string; parentKey: string | null };

/** A locked version; `integrity` and `tarball` exist only in some formats. */
export type LockedVersion = { version: string; integrity?: string; tarball?: string };

/** The versions that a lock file decided. `source` is its path in the project. */
export type Lock = { version(request: LockRequest): LockedVersion | null; source: string };

/** A package in a lock file, with its name in the registry. */
export type LockedPackage = LockedVersion & { name: string };

/** Whether a locked package satisfies a dependency. A tag accepts any locked version. */
export function fits(locked: LockedPackage, { name, range }: { name: string; range: string }): boolean {
  const spec = readSpec(name, range);
  if (typeof spec === "string" || spec.name !== locked.name) return false;
  return validRange(spec.range, true) === null || satisfies(locked.version, spec.range, true);
}

/** Drops the name and undefined fields. */
export function lockedVersion({ version, integrity, tarball }: LockedPackage): LockedVersion {
  return { version, ...(integrity && { integrity }), ...(tarball && { tarball }) };
}

export type Json = Record<string, unknown>;

/** Returns an object unchanged, and an empty one for any other value. */
export function objectOf(value: unknown): Json {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

/** Returns a string unchanged, and undefined for any other value. */
export function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
