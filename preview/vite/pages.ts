import { within } from "../project/paths.ts";
import { readText, type SourceFiles } from "../project/source-files.ts";
import { isWithin, type PageContext, pathOfAddress } from "./page-paths.ts";
import { readPage } from "./read-page.ts";
import type { ViteSettings } from "./vite-settings.ts";

/** Folders of outputs and of packages: their pages are the result of a build, or belong to others. */
const OUTPUT = /(^|\/)(node_modules|dist|build|out|coverage|storybook-static|playwright-report|\.[^/]+)\//;
const CODE = /\.([cm]?[jt]sx?|vue|svelte)$/;

/**
 * Code that opens another page: an assignment of the location, `location.assign`, `window.open`, or an attribute in
 * JSX.
 */
const NAVIGATION =
  /(?:\blocation(?:\.href)?\s*=(?!=)\s*|\blocation\.(?:assign|replace)\(\s*|\bwindow\.open\(\s*|\bhref=\{?\s*)["'`]([^"'`\n]+)["'`]/g;

/**
 * Finds the pages of an app: vite.config's inputs, `index.html` of its root, and each HTML file that one of them or
 * the code links to. Other pages, such as documentation, outputs or files of the public folder, are no entries.
 *
 * @returns paths relative to the project, the first page first
 */
export async function pagesOf(
  files: SourceFiles,
  settings: Pick<ViteSettings, "root" | "base" | "publicDir" | "inputs">,
): Promise<string[]> {
  const context: PageContext = { files, settings };
  const index = within(settings.root, "index.html");
  const named = settings.inputs.filter((path) => path.endsWith(".html"));
  const isBuilt = named.length === 0 || named.includes(index) || (await isComplete(index, context));
  const queue = [...new Set([...named, ...(isBuilt ? [index] : [])])].filter((path) => files.has(path));
  if (queue.length === 0) return [];
  const pages = new Set<string>();
  const codeLinks = linksInCode(context);
  for (let page = queue.shift(); page !== undefined; page = queue.shift()) {
    if (pages.has(page)) continue;
    pages.add(page);
    const { links } = await readPage(page, readText(files, page) ?? "", context);
    const reached = [...links, ...(pages.size === 1 ? codeLinks : [])];
    queue.push(...reached.flatMap((address) => linkedPage(page, address, context)));
  }
  return [...pages];
}

/**
 * Whether a page has all the modules that it names. Vite's server opens the page of the root first, whether or not it is
 * one of the inputs of a build.
 */
async function isComplete(page: string, context: PageContext): Promise<boolean> {
  const { imports } = await readPage(page, readText(context.files, page) ?? "", context);
  return imports.every((one) => one.kind === "inline-module" || context.files.has(one.path));
}

function linksInCode({ files, settings }: PageContext): string[] {
  return [...files].flatMap(([path, content]) => {
    const isCode =
      typeof content === "string" && CODE.test(path) && isWithin(settings.root, path) && !OUTPUT.test(path);
    return isCode ? [...content.matchAll(NAVIGATION)].map((match) => match[1] ?? "") : [];
  });
}

/** The page that an address opens: the file itself, or, as servers of static files find it, `x.html` or `x/index.html` for `x`. */
function linkedPage(page: string, address: string, context: PageContext): string[] {
  const path = pathOfAddress(page, address, context);
  if (path === null) return [];
  const candidates = path.endsWith(".html")
    ? [path]
    : [path === "" ? "index.html" : `${path}.html`, `${path}/index.html`];
  const found = candidates.find((candidate) => isPage(candidate, context));
  return found === undefined ? [] : [found];
}

function isPage(path: string, { files, settings }: PageContext): boolean {
  const isPublic = settings.publicDir !== null && isWithin(settings.publicDir, path);
  return files.has(path) && isWithin(settings.root, path) && !isPublic && !OUTPUT.test(path);
}
