import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "../../dev/supervisor/content-hash.ts";
import { runProgram } from "./run-program.ts";

/**
 * Extracts a commit into a temporary folder and installs the dependencies of its lock file, from npm's cache where it
 * has them. The folder is removed when this process ends.
 * @param commit any name that Git resolves
 * @returns the temporary folder
 * @throws Error when Git does not know the commit, or npm fails
 */
export async function extractTree(commit: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "edgesmith-against-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  // When this process is root, PostgreSQL, one of the dependencies, runs under an account of its own.
  chmodSync(folder, 0o755);
  const archive = join(folder, "tree.tar");
  await runProgram("git", ["archive", "--output", archive, commit], ROOT);
  await runProgram("tar", ["-xf", archive], folder);
  rmSync(archive);
  const flags = ["--include=dev", "--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error"];
  await runProgram("npm", ["ci", ...flags], folder);
  return folder;
}
