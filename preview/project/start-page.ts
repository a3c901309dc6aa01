import type { Diagnostic } from "../../worker/contract/preview-rpc.ts";
import { isBlank } from "./bundler-page.ts";
import { bundlerOf } from "./nothing-to-run.ts";
import { within } from "./paths.ts";
import { readText, type SourceFiles } from "./source-files.ts";
import { unbuiltMain } from "./unbuilt-main.ts";

/** Names of a first page that is not `index.html`. */
const FIRST = /^(index|home|main|default|start)\b/i;

type WithStartPage = { files: SourceFiles; warning: Diagnostic };

/**
 * Adds the `index.html` that a site of finished pages lacks: it opens the only page of the root, or the one whose name says that
 * it is the first, and lists all of them where none does.
 * @param all the dependencies of package.json
 * @returns the files with the page, and a warning that says how to do without it; null where a program makes the page, or none
 * of the root has a content
 */
export function withStartPage(files: SourceFiles, all: Record<string, string>): WithStartPage | null {
  if (
    files.has("index.html") ||
    files.has("index.php") ||
    bundlerOf(all) !== undefined ||
    unbuiltMain(files, null).length > 0
  )
    return null;
  const pages = [...files.keys()].filter((path) => /^[^/]+\.html?$/.test(path) && hasContent(path, files)).sort();
  return pages.length === 0 ? null : startedFrom(pages, "", files);
}

/**
 * Adds the page at the app's own address that an app of several pages lacks, as `withStartPage` does for a site.
 * @param pages the pages that are built
 * @param root the folder from which they are served, Vite's `root`
 * @returns the files with the page, and a warning; null where the app has one, or no page is below the folder
 */
export function withOwnAddress(files: SourceFiles, pages: readonly string[], root: string): WithStartPage | null {
  const own = within(root, "index.html");
  const below = pages.filter((path) => root === "" || path.startsWith(`${root}/`)).sort();
  return pages.includes(own) || files.has(own) || below.length === 0 ? null : startedFrom(below, root, files);
}

function startedFrom(pages: readonly string[], root: string, files: SourceFiles): WithStartPage {
  const own = within(root, "index.html");
  const named = pages.map((path) => (root === "" ? path : path.slice(root.length + 1)));
  const firsts = named.filter((path) => FIRST.test(path));
  const [first] = named.length === 1 ? named : firsts.length === 1 ? firsts : [];
  const listed = `There is no ${own}, so the app's address lists its pages. Name the first of them ${own}.`;
  const opened = `There is no ${own}, so the app's address opens ${first}. Rename it to ${own}.`;
  const path = first === undefined ? (pages[0] ?? "") : within(root, first);
  const message = first === undefined ? listed : opened;
  return {
    files: new Map([...files, [own, pageWith(named, first)]]),
    warning: { path, line: 1, column: 1, severity: "warning", message },
  };
}

const hasContent = (path: string, files: SourceFiles): boolean => {
  const text = readText(files, path);
  return text !== null && text.trim() !== "" && !isBlank(text);
};

function pageWith(pages: readonly string[], first: string | undefined): string {
  const links = pages.map((path) => `<li><a href="${encodeURI(path)}">${escapeText(path)}</a></li>`).join("\n");
  const opening = first === undefined ? "" : `<meta http-equiv="refresh" content="0; url=${encodeURI(first)}">\n`;
  return `<!doctype html>
<html>
<head>
<meta charset="utf-8">
${opening}<title>Pages</title>
</head>
<body>
<ul>
${links}
</ul>
</body>
</html>
`;
}

const escapeText = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
