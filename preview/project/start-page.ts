import type { Diagnostic } from "../../worker/contract/preview-rpc.ts";
import { isBlank } from "./bundler-page.ts";
import { bundlerOf } from "./nothing-to-run.ts";
import { readText, type SourceFiles } from "./source-files.ts";
import { unbuiltMain } from "./unbuilt-main.ts";

/** Names of a first page that is not `index.html`. */
const FIRST = /^(index|home|main|default|start)\b/i;
const LISTED = "There is no index.html, so the app's address lists its pages. Name the first of them index.html.";

/**
 * Adds the `index.html` that a site of finished pages lacks: it opens the only page of the root, or the one whose name says that
 * it is the first, and lists all of them where none does.
 * @param all the dependencies of package.json
 * @returns the files with the page, and a warning that says how to do without it; null where a program makes the page, or none
 * of the root has a content
 */
export function withStartPage(
  files: SourceFiles,
  all: Record<string, string>,
): { files: SourceFiles; warning: Diagnostic } | null {
  if (
    files.has("index.html") ||
    files.has("index.php") ||
    bundlerOf(all) !== undefined ||
    unbuiltMain(files, null).length > 0
  )
    return null;
  const pages = [...files.keys()].filter((path) => /^[^/]+\.html?$/.test(path) && hasContent(path, files)).sort();
  const firsts = pages.filter((path) => FIRST.test(path));
  const [first] = pages.length === 1 ? pages : firsts.length === 1 ? firsts : [];
  if (pages.length === 0) return null;
  const opened = `There is no index.html, so the app's address opens ${first}. Rename it to index.html.`;
  const warning: Diagnostic = {
    path: first ?? pages[0] ?? "",
    line: 1,
    column: 1,
    severity: "warning",
    message: first === undefined ? LISTED : opened,
  };
  return { files: new Map([...files, ["index.html", pageWith(pages, first)]]), warning };
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
