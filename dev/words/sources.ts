import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

export type Source = { path: string; text: string };

const git = (args: string[]): string => execFileSync("git", args, { encoding: "utf8", maxBuffer: 1 << 28 });

/** Where other people's code lies, or code that a program has written. */
const foreign =
  /^(test\/apps\/projects|test\/clients\/programs|dev\/model\/apps|bench\/peer|drizzle\/migrations)\/|\.d\.ts$/;
const code = /^(worker|preview|frontend\/src|dev|bench|drizzle|test)\/.*\.(tsx?|sql)$/;

/** The project's own source files, of a commit or of the working tree. */
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

/** The contents of git objects, by one process for all: each comes after a line "<hash> blob <bytes>". */
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

/** The subjects of the commits that lead to one, merges left out. */
export const subjects = (commit = "HEAD"): string[] =>
  git(["log", "--no-merges", "--format=%s", commit]).trim().split("\n");
