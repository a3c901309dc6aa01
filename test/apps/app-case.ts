// What the corpus is made of: a project as its author has it, and what must be true of it once it is published.
import { readdirSync, readFileSync } from "node:fs";
import { basename, join, relative, sep } from "node:path";
import type { ProjectFiles } from "../preview/serve-preview.ts";

export type AppCase = {
  name: string;
  files: ProjectFiles;
  /** An expression that is true in the page once the app shows what it should. */
  check?: string;
  /** A part of the diagnostic that says why the project cannot run, as it is written: `Astro` is not the package `astro`. */
  says?: string;
  /** The path of the page to open; `/` where it is not given. */
  path?: string;
  /** The folder in which the author runs Vite, in a workspace; the project's own where it is not given. */
  root?: string;
  /** Why `vite build` of the same files is no reference: it has no page, or another program builds it. */
  noReference?: string;
  /** Whether the case is one of those that CI runs. */
  inCi?: boolean;
};

/** A use of a package, as test/apps/packages.json has it. */
type PackageUse = {
  name: string;
  /** Names, or `name@range`. */
  deps: string[];
  /** `src/main.tsx`, beside an `index.html` with `<div id="root">`. */
  code: string;
  files?: Record<string, string>;
  check: string;
};

/** What describes a case and is no part of its project. */
const DESCRIPTIONS = new Set(["check.json", "expected.txt"]);
const SKIPPED_FOLDERS = new Set(["node_modules", ".git"]);

/**
 * Reads a folder as a project.
 * @returns its files by path, without what is installed
 */
export function readProject(folder: string): ProjectFiles {
  const files: ProjectFiles = {};
  const visit = (current: string): void => {
    for (const entry of readdirSync(current, { withFileTypes: true })) {
      const full = join(current, entry.name);
      if (entry.isDirectory() && !SKIPPED_FOLDERS.has(entry.name)) visit(full);
      else if (entry.isFile()) files[relative(folder, full).split(sep).join("/")] = readFileSync(full);
    }
  };
  visit(folder);
  for (const name of DESCRIPTIONS) delete files[name];
  return files;
}

/**
 * Reads one folder with its `check.json`, or with an `expected.txt` whose "Check in the page" line has the expression.
 * @throws an Error where the folder has neither
 */
export function readCase(folder: string): AppCase {
  const names = new Set(readdirSync(folder));
  const files = readProject(folder);
  const name = basename(folder);
  if (names.has("check.json")) {
    const described: Omit<AppCase, "name" | "files"> = JSON.parse(readFileSync(join(folder, "check.json"), "utf8"));
    return { name, files, ...described };
  }
  if (!names.has("expected.txt")) throw new Error(`${folder} has no check.json that says what it should show`);
  return { name, files, ...expectedIn(readFileSync(join(folder, "expected.txt"), "utf8")) };
}

/** Every case that is a folder of a folder, by name. */
export function readCases(folder: string): AppCase[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
    .map((name) => readCase(join(folder, name)))
    .filter(({ files }) => Object.keys(files).length > 0);
}

/** Reads a list of package uses as cases. */
export function readPackageUses(file: string): AppCase[] {
  const uses: PackageUse[] = JSON.parse(readFileSync(file, "utf8"));
  return uses.map(packageCase);
}

function packageCase({ name, deps, code, files = {}, check }: PackageUse): AppCase {
  const dependencies = Object.fromEntries(deps.map(nameAndRange));
  return {
    name,
    check,
    files: {
      "index.html": PAGE,
      "package.json": JSON.stringify({ name: "use", private: true, type: "module", dependencies }, null, 1),
      "src/main.tsx": code,
      ...files,
    },
  };
}

const PAGE = `<!doctype html>
<html lang="en">
  <head><meta charset="UTF-8" /><title>App</title></head>
  <body>
    <div id="root"></div>
    <script type="module" src="/src/main.tsx"></script>
  </body>
</html>
`;

function nameAndRange(dependency: string): [string, string] {
  const at = dependency.indexOf("@", 1);
  return at < 0 ? [dependency, "latest"] : [dependency.slice(0, at), dependency.slice(at + 1)];
}

/** `Check in the page (true = right): <expression>`, or the text after "Shows" where there is no expression. */
function expectedIn(text: string): Pick<AppCase, "check" | "says"> {
  const expression = /Check in the page[^:]*: (.+)$/m.exec(text)?.[1];
  const named = /sentence that (.+?) is not supported/.exec(text)?.[1];
  if (named !== undefined) return { says: named, ...(expression === undefined ? {} : { check: expression.trim() }) };
  if (expression !== undefined) return { check: expression.trim() };
  const shown = /^Shows ([\w.:]+)/m.exec(text)?.[1]?.replace(/\.$/, "");
  return shown === undefined ? {} : { check: `document.body.innerText.includes(${JSON.stringify(shown)})` };
}
