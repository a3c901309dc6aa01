// Lints the messages of the commits after the commit that added commitlint.config.js; earlier commits had another rule.
import { execFileSync, spawnSync } from "node:child_process";

const rules = "commitlint.config.js";
const git = (...args: string[]): string => execFileSync("git", args, { encoding: "utf8" }).trim();

// In a shallow clone the oldest commit adds every file, so the commits after it are checked.
const [first] = git("log", "--diff-filter=A", "--format=%H", "--reverse", "--", rules).split("\n");
if (!first) throw new Error(`No commit has added ${rules} yet`);

const range = `${first}..HEAD`;
const count = Number(git("rev-list", "--count", "--no-merges", range));
const { status } =
  count === 0 ? { status: 0 } : spawnSync("commitlint", ["--from", first, "--to", "HEAD"], { stdio: "inherit" });
if (status === 0) console.log(`${count} commit messages are valid.`);
else process.exitCode = 1;
