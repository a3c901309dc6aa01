import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";

/** Agents' prompts, and the files of generated and tested apps, are not the project's own documents. */
const foreign = /^(worker\/agents\/(prompts|packages)|dev\/model\/apps|test\/apps\/projects|test\/clients\/programs)\//;

const documents = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "*.md"], {
  encoding: "utf8",
})
  .trim()
  .split("\n")
  .filter((path) => !foreign.test(path) && existsSync(path))
  .map((path) => ({ path, text: readFileSync(path, "utf8") }));

const scripts: Record<string, string> = JSON.parse(readFileSync("package.json", "utf8")).scripts;

/** Returns a heading's anchor, as GitHub generates it. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replaceAll(/\s/g, "-");

const anchorsIn = (text: string): string[] =>
  [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => anchorOf(heading ?? ""));

function isResolved(from: string, target: string): boolean {
  const [path = "", anchor] = target.split("#");
  const file = path === "" ? from : join(dirname(from), path);
  if (!existsSync(file)) return false;
  return anchor === undefined || !file.endsWith(".md") || anchorsIn(readFileSync(file, "utf8")).includes(anchor);
}

describe("the project's documents", () => {
  it("Every link to a file or heading of the project resolves", () => {
    const links = documents.flatMap(({ path, text }) =>
      [...text.matchAll(/\]\((?!https?:|mailto:)([^)\s]+)\)/g)].map(([, target]) => ({ path, target: target ?? "" })),
    );
    expect(links.length).toBeGreaterThan(50);
    expect(links.filter(({ path, target }) => !isResolved(path, target))).toEqual([]);
  });

  it("Every npm script that a document names exists", () => {
    const named = documents.flatMap(({ path, text }) =>
      [...text.matchAll(/\bnpm run(?:\s+|\s+-s\s+)([a-z][\w:-]*)/g)].map(([, script]) => ({
        path,
        script: script ?? "",
      })),
    );
    expect(named.length).toBeGreaterThan(50);
    expect(named.filter(({ script }) => !(script in scripts))).toEqual([]);
  });

  it("Every benchmark that a document names exists", () => {
    const benches = readFileSync("bench/run.ts", "utf8");
    const named = documents.flatMap(({ path, text }) =>
      [...text.matchAll(/`npm run bench ([a-z-]+)/g)].map(([, bench]) => ({ path, bench: bench ?? "" })),
    );
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter(({ bench }) => !new RegExp(`^  "?${bench}"?: async`, "m").test(benches))).toEqual([]);
  });

  it("Every source file that a document names by its path exists", () => {
    const paths = /`((?:worker|preview|frontend|drizzle|dev|test|bench|docs)\/[\w./-]+\.(?:tsx?|sql|md|toml|mjs|js))`/g;
    const named = documents
      // The change log and the decisions mention files that existed at the time.
      .filter(({ path }) => path !== "CHANGELOG.md" && !path.startsWith("docs/decisions/"))
      .flatMap(({ path, text }) => [...text.matchAll(paths)].map(([, file]) => ({ path, file: file ?? "" })));
    expect(named.length).toBeGreaterThan(150);
    expect(named.filter(({ file }) => !existsSync(file))).toEqual([]);
  });

  it("An anchor of a heading is in small letters with hyphens, without punctuation", () => {
    expect(anchorsIn("# Far from the database\n## A model's price (USD)")).toEqual([
      "far-from-the-database",
      "a-models-price-usd",
    ]);
  });
});
