import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "../../dev/supervisor/content-hash.ts";
import { runProgram } from "./run-program.ts";

/** An earlier commit's files in a temporary folder, with its own dependencies. */
export type EarlierTree = { folder: string; remove(): void };

/**
 * Extracts a commit into a temporary folder and installs the dependencies of its lock file, from npm's cache where it
 * has them.
 * @param commit any name that Git resolves
 * @throws Error when Git does not know the commit, or npm fails
 */
export async function extractTree(commit: string): Promise<EarlierTree> {
  const folder = mkdtempSync(join(tmpdir(), "edgesmith-against-"));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  // PostgreSQL runs under an account of its own where this process is root's, and is among the dependencies.
  chmodSync(folder, 0o755);
  try {
    const archive = join(folder, "tree.tar");
    await runProgram("git", ["archive", "--output", archive, commit], ROOT);
    await runProgram("tar", ["-xf", archive], folder);
    rmSync(archive);
    const flags = ["--include=dev", "--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error"];
    await runProgram("npm", ["ci", ...flags], folder);
    return { folder, remove };
  } catch (error) {
    remove();
    throw error;
  }
}
