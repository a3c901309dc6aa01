// The cases of the corpus: a project in its author's form, and the conditions that it must meet once it is published.
import { readdirSync, readFileSync } from "node:fs";
import { basename, join, relative, sep } from "node:path";
import type { ProjectFiles } from "../preview/serve-preview.ts";

export type AppCase = {
  name: string;
  files: ProjectFiles;
  /** A JavaScript expression that is true in the page once the app shows the expected content. */
  check?: string;
  /**
   * A part of the diagnostic that explains why the project cannot run. Case-sensitive: `Astro` is not the package
   * `astro`.
   */
  says?: string;
  /** The path of the page to open; `/` by default. */
  path?: string;
  /** The folder in which the author runs Vite, in a workspace; the project's root by default. */
  root?: string;
  /**
   * The reason why `vite build` of the same files is no reference: the project has no page, or another program builds
   * it.
   */
  noReference?: string;
  /** Whether CI runs the case. */
  inCi?: boolean;
};

/** A use of a package, in the format of test/apps/packages.json. */
type PackageUse = {
  name: string;
  /** Package names, or `name@range`. */
  deps: string[];
  /** The content of `src/main.tsx`. The project also has an `index.html` with `<div id="root">`. */
  code: string;
  files?: Record<string, string>;
  check: string;
};

/** The files that describe a case and are not part of its project. */
const DESCRIPTIONS = new Set(["check.json", "expected.txt"]);
const SKIPPED_FOLDERS = new Set(["node_modules", ".git"]);

/**
 * Reads a folder as a project.
 * @returns the folder's files by path, without installed packages
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
 * Reads a folder with a `check.json`, or with an `expected.txt` whose "Check in the page" line contains the expression.
 * @throws Error if the folder has neither
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

/** Reads every subfolder of a folder as a case, sorted by name. */
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

/** Parses `Check in the page (true = right): <expression>`; without an expression, the text after "Shows". */
function expectedIn(text: string): Pick<AppCase, "check" | "says"> {
  const expression = /Check in the page[^:]*: (.+)$/m.exec(text)?.[1];
  const named = /sentence that (.+?) is not supported/.exec(text)?.[1];
  if (named !== undefined) return { says: named, ...(expression === undefined ? {} : { check: expression.trim() }) };
  if (expression !== undefined) return { check: expression.trim() };
  const shown = /^Shows ([\w.:]+)/m.exec(text)?.[1]?.replace(/\.$/, "");
  return shown === undefined ? {} : { check: `document.body.innerText.includes(${JSON.stringify(shown)})` };
}
