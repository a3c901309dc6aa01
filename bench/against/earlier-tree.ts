import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "../../dev/supervisor/content-hash.ts";

/** An earlier commit's files in a temporary folder, with its own dependencies. */
export type EarlierTree = { folder: string; remove(): void };

/**
 * Extracts a commit into a temporary folder and installs the dependencies of its lock file, from npm's cache where it
 * has them.
 * @param commit any name that Git resolves
 * @throws Error when Git does not know the commit, or npm fails
 */
export function extractTree(commit: string): EarlierTree {
  const folder = mkdtempSync(join(tmpdir(), "edgesmith-against-"));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    const archive = join(folder, "tree.tar");
    run("git", ["archive", "--output", archive, commit], ROOT);
    run("tar", ["-xf", archive], folder);
    rmSync(archive);
    run("npm", ["ci", "--include=dev", "--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error"], folder);
    return { folder, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

function run(program: string, args: string[], cwd: string): void {
  // Their output goes to stderr, since stdout is the table.
  const { status } = spawnSync(program, args, { cwd, stdio: ["ignore", 2, 2] });
  if (status !== 0) throw new Error(`${program} ${args[0]} failed in ${cwd}.`);
}
