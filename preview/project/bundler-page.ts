import { unsupportedFramework } from "./frameworks.ts";
import type { Manifest } from "./manifest.ts";
import { readText, type SourceFiles } from "./source-files.ts";

const TEMPLATE = "public/index.html";
const ENTRIES = ["tsx", "jsx", "ts", "js"].map((extension) => `src/index.${extension}`);
const SCRIPT = /<script\b/i;

/**
 * Adds the page of a project that a bundler without pages of its own builds, such as webpack: its page in `public/` has no
 * script, since the bundler adds that of `src/index`. Such a page would stay blank.
 */
export function withBundlerPage(files: SourceFiles, { all }: Manifest): SourceFiles {
  const template = readText(files, TEMPLATE);
  const entry = ENTRIES.find((path) => files.has(path));
  const isComplete = files.has("index.html") || template === null || SCRIPT.test(template) || entry === undefined;
  if (isComplete || unsupportedFramework(files, all) !== null) return files;
  const script = `<script type="module" src="/${entry}"></script>`;
  const page = /<\/body>/i.test(template) ? template.replace(/<\/body>/i, (end) => script + end) : template + script;
  return new Map([...files, ["index.html", page.replaceAll("%PUBLIC_URL%", "")]]);
}
