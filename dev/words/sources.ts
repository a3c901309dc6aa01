import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

export type Source = { path: string; text: string };

const git = (args: string[]): string => execFileSync("git", args, { encoding: "utf8", maxBuffer: 1 << 28 });

/** Folders of third-party or generated code. */
const foreign =
  /^(test\/apps\/projects|test\/clients\/programs|dev\/model\/apps|bench\/peer|drizzle\/migrations)\/|\.d\.ts$/;
const code = /^(worker|preview|frontend\/src|dev|bench|drizzle|test)\/.*\.(tsx?|sql)$/;

/** Reads the project's own source files, of a commit or of the working tree. */
export function sources(commit?: string): Source[] {
  const list =
    commit === undefined
      ? ["ls-files", "--cached", "--others", "--exclude-standard"]
      : ["ls-tree", "-r", "--name-only", commit];
  const paths = git(list)
    .split("\n")
    .filter((path) => code.test(path) && !foreign.test(path));
  if (commit === undefined) return paths.map((path) => ({ path, text: readFileSync(path, "utf8") }));
  return contentsOf(paths.map((path) => `${commit}:${path}`)).map((text, index) => ({
    path: paths[index] ?? "",
    text,
  }));
}

/** Reads git objects with one process: each follows a line "<hash> blob <bytes>". */
function contentsOf(objects: string[]): string[] {
  const output = execFileSync("git", ["cat-file", "--batch"], { input: objects.join("\n"), maxBuffer: 1 << 28 });
  const contents: string[] = [];
  for (let at = 0; at < output.length; ) {
    const headerEnd = output.indexOf("\n", at);
    const bytes = Number(output.toString("utf8", at, headerEnd).split(" ")[2]);
    contents.push(output.toString("utf8", headerEnd + 1, headerEnd + 1 + bytes));
    at = headerEnd + bytes + 2;
  }
  return contents;
}

/** Returns the subjects of the commits up to one, without merges. */
export const subjects = (commit = "HEAD"): string[] =>
  git(["log", "--no-merges", "--format=%s", commit]).trim().split("\n");
