import type { Diagnostic } from "../../worker/contract/preview-rpc.ts";
import { patchSentence } from "../engine/messages.ts";
import type { ViteSettings } from "../vite/index.ts";
import { unsupportedFramework } from "./frameworks.ts";
import type { Manifest } from "./manifest.ts";
import { normalize, within } from "./paths.ts";
import { readText, type SourceFiles } from "./source-files.ts";

const PAGE = "index.html";
const TEMPLATE = "public/index.html";
const EXTENSIONS = ["tsx", "jsx", "ts", "js"];
const ENTRIES = EXTENSIONS.map((extension) => `src/index.${extension}`);
const OWN_ENTRIES = ["index", "src/main", "src/index", "main"].flatMap((name) =>
  EXTENSIONS.map((extension) => `${name}.${extension}`),
);
const SCRIPT = /<script\b/i;
/** A module, or a file of the project; not an import map, the settings of a library, or a script of another host. */
const OWN_SCRIPT = /<script\b[^>]*(?:\btype\s*=\s*["']?module\b|\bsrc\s*=(?!\s*["']?(?:https?:|\/\/)))/i;
const NAMED_SCRIPT = /<script\b[^>]*\bsrc\s*=\s*["']([^"'?#]+)/gi;
const EMPTY_ELEMENT = /<(div|main|section)\b[^>]*\bid\s*=\s*["']?([\w-]+)["']?[^>]*>\s*<\/\1>/gi;

const BODY = /<body\b[^>]*>([\s\S]*?)(?:<\/body>|$)/i;
/** Tags before the content of a page without a `<body>` tag, and elements that show nothing where scripts run. */
const UNSHOWN =
  /<!doctype[^>]*>|<(head|title|style|noscript)\b[^>]*>[\s\S]*?<\/\1\s*>|<\/?(?:html|head|body|meta|link|base)\b[^>]*>/gi;
const COMMENT = /<!--[\s\S]*?-->/g;
/** Styles can show an element that holds nothing. */
const STYLES = /<style\b|\brel\s*=\s*["']?stylesheet\b|\bstyle\s*=/i;

/** A project's files with a script in its page, and the warning about it. */
type WithPage = { files: SourceFiles; warnings: Diagnostic[] };

/**
 * Adds the script that a project's page lacks, without which it would stay blank: that of `src/index` to the page in `public/`
 * of a bundler without pages of its own, such as webpack, and to a page of the project's own that of the module which fills
 * its empty element, as Google AI Studio does.
 *
 * @returns the files, unchanged where no script is missing, and a warning where Vite would leave the page blank
 */
export function withBundlerPage(files: SourceFiles, { all }: Manifest): WithPage {
  const unchanged = { files, warnings: [] };
  const page = readText(files, PAGE);
  if (page !== null) {
    const ofPatch = patchSentence(page);
    if (ofPatch !== null)
      return { files, warnings: [{ path: PAGE, line: 1, column: 1, severity: "warning", message: ofPatch }] };
    const found = OWN_SCRIPT.test(page) ? null : entryFor(page, files);
    if (unsupportedFramework(files, all)?.buildsPages === true) return unchanged;
    if (found === null) return { files, warnings: isBlank(page) && !STYLES.test(page) ? [blankWarning(files)] : [] };
    return { files: new Map([...files, [PAGE, withScript(page, found.entry)]]), warnings: [warningOf(found)] };
  }
  const template = readText(files, TEMPLATE);
  const entry = ENTRIES.find((path) => files.has(path));
  const unmade = template === null ? null : unmadeScript(template, files);
  if (unmade !== null) return { files, warnings: [unmade] };
  const isComplete = files.has(PAGE) || template === null || SCRIPT.test(template) || entry === undefined;
  if (isComplete || unsupportedFramework(files, all) !== null) return unchanged;
  const made = withScript(template, entry).replaceAll("%PUBLIC_URL%", "");
  return { files: new Map([...files, [PAGE, made]]), warnings: [] };
}

/**
 * Whether a page has no script and no more in its body than comments and empty elements: a framework's program fills it, as
 * that of Quasar does.
 * @param page the page's HTML
 */
export function isBlank(page: string): boolean {
  if (SCRIPT.test(page)) return false;
  const written = page.replace(COMMENT, "");
  const body = BODY.exec(written)?.[1] ?? written;
  return body.replace(UNSHOWN, "").replace(EMPTY_ELEMENT, "").trim() === "";
}

/**
 * Whether a page names scripts and none of them is in the project: it was left behind when the project moved to a framework, which
 * makes its pages itself.
 */
export function isLeftBehind(
  path: string,
  files: SourceFiles,
  { root, publicDir }: Pick<ViteSettings, "root" | "publicDir">,
): boolean {
  const folder = path.slice(0, path.lastIndexOf("/") + 1);
  const named = [...(readText(files, path) ?? "").matchAll(NAMED_SCRIPT)]
    .map(([, address = ""]) => address)
    .filter((address) => !/^([a-z][a-z\d+.-]*:|\/\/)/i.test(address));
  const exists = (address: string): boolean => {
    if (!address.startsWith("/")) return files.has(normalize(folder + address));
    return [root, publicDir].some((one) => one !== null && files.has(within(one, address.slice(1))));
  };
  return named.length > 0 && !named.some(exists);
}

function blankWarning(files: SourceFiles): Diagnostic {
  const entry = OWN_ENTRIES.find((path) => path.startsWith("src/") && files.has(path)) ?? "src/main.ts";
  const message = `This page is blank: its body is empty and it loads no script. Add ${tagOf(entry)} before </body>, with the module that fills the page.`;
  return { path: PAGE, line: 1, column: 1, severity: "warning", message };
}

/** The warning about a script that Rollup would make; null where the page has none or the file is committed. */
function unmadeScript(template: string, files: SourceFiles): Diagnostic | null {
  const config = [...files.keys()].find((path) => /^rollup\.config\.[cm]?[jt]s$/.test(path));
  const sources = [...template.matchAll(/<script\b[^>]*\bsrc\s*=\s*["']\/?([\w./-]+)["']/gi)];
  const lost = sources.map(([, source = ""]) => source).find((source) => !files.has(`public/${source}`));
  if (config === undefined || lost === undefined) return null;
  const suggestedPrompt = `Convert this project from Rollup (${config}) to Vite, with an index.html in its root.`;
  return {
    path: TEMPLATE,
    line: 1,
    column: 1,
    severity: "warning",
    message: `This page loads ${lost}, which Rollup generates from ${config}. The file is missing, so the page stays empty. Edgesmith does not run Rollup. Ask an agent to convert it: "${suggestedPrompt}"`,
    suggestedPrompt,
  };
}

type Entry = { entry: string; element: string };

/** The first module that names an empty element of the page. */
function entryFor(page: string, files: SourceFiles): Entry | null {
  const elements = [...page.matchAll(EMPTY_ELEMENT)].flatMap(([, , id]) => id ?? []);
  for (const entry of OWN_ENTRIES) {
    const code = readText(files, entry) ?? "";
    const element = elements.find((id) => ["'", '"', "`"].some((quote) => code.includes(id + quote)));
    if (element !== undefined) return { entry, element };
  }
  return null;
}

const tagOf = (entry: string): string => `<script type="module" src="/${entry}"></script>`;

const withScript = (page: string, entry: string): string =>
  /<\/body>/i.test(page) ? page.replace(/<\/body>/i, (end) => tagOf(entry) + end) : page + tagOf(entry);

const warningOf = ({ entry, element }: Entry): Diagnostic => ({
  path: PAGE,
  line: 1,
  column: 1,
  severity: "warning",
  message: `This page names no script, so ${entry} is run, which fills its element "${element}". Elsewhere the page stays blank: add ${tagOf(entry)} before </body>.`,
});
