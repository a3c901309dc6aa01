import type { Diagnostic, SourceTree } from "../../worker/contract/preview-rpc.ts";

type LeftOut = NonNullable<SourceTree["skipped"]>[number];

/** The maximum number of files that a build warns about individually and looks for in the sources. */
const MAX_WARNINGS = 5;
const MAX_SEARCHED = 40;
const REASONS: Partial<Record<LeftOut["reason"], string>> = {
  file_too_large: "it exceeds the file size limit",
  project_too_large: "the project would be too large with it",
};

/** Texts that name files but do not request them at run time. */
const NO_SOURCE =
  /\.map$|(^|\/)(\.|(readme|changelog|contributing|license|notice)\b[^/]*$|[^/]*[-.]lock(\.json|\.yaml|b)?$|[^/]*\.config\.[^/]+$)/i;
/** The folders into which Capacitor copies a build's output for native apps. */
const COPIES = /(^|\/)(ios\/App\/App|android\/app\/src\/main\/assets)\/public\//;
/** Folders that builds and documentation generators write. The app's sources are not in them. */
const OUTPUT = /^(.*?\/)?(dist|build|out|docs?|coverage|storybook-static)\//;

/**
 * Returns the message about a file that the project's import omitted and that a module, page or style sheet imports.
 */
export const leftOutSentence = ({ path, reason, bytes }: LeftOut): string =>
  `The file ${path} is missing: the import left it out (${reason.replaceAll("_", " ")}, ${sizeOf(bytes)}). Add it again, smaller.`;

/**
 * Warns of large files that the project's import omitted and that the app requests only at run time, such as a model or
 * a video in `public/`: no compiler reports them as missing.
 * @param known the build's own diagnostics; files named there are not repeated
 * @param root the app's folder in the project
 */
export function leftOutWarnings(
  { files, skipped = [], beyond = [] }: SourceTree,
  known: readonly Diagnostic[],
  root: string,
): Diagnostic[] {
  const unsent = beyond
    .filter(({ isUnnamed = false }) => !isUnnamed)
    .map(({ path, bytes }) => warning(path, beyondSentence(path, bytes)));
  const present = new Set(files.map(({ path }) => path));
  const isOpen = ({ path, reason }: LeftOut): boolean =>
    REASONS[reason] !== undefined &&
    !COPIES.test(path) &&
    !present.has(path) &&
    !known.some(({ message }) => message.includes(path));
  const open = skipped.filter(isOpen).slice(0, MAX_SEARCHED);
  const inApp = (path: string): string =>
    root !== "" && path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path;
  const isSource = ({ path, encoding }: SourceTree["files"][number]): boolean =>
    encoding === "utf-8" && !NO_SOURCE.test(path) && !OUTPUT.test(inApp(path)) && !COPIES.test(path);
  const texts = open.length === 0 ? [] : files.filter(isSource);
  const named = open.filter(({ path }) => texts.some(({ content }) => content.includes(nameIn(inApp(path)))));
  const shown = named.slice(0, MAX_WARNINGS).map((one) => warning(one.path, sentence(one)));
  const more = named.length - shown.length;
  return more === 0
    ? [...unsent, ...shown]
    : [
        ...unsent,
        ...shown,
        warning("", `${more} more files that the app names are missing too: the import left them out.`),
      ];
}

/**
 * Returns the name by which sources refer to a file. A file of a build's output includes its folder, since `bundle.js`
 * alone is also a setting of bundlers.
 */
const nameIn = (path: string): string => {
  const [, parent = "", folder] = OUTPUT.exec(path) ?? [];
  return folder === undefined ? path.slice(path.lastIndexOf("/") + 1) : path.slice(parent.length);
};

const sizeOf = (bytes: number): string =>
  bytes < 2 ** 20 ? `${Math.ceil(bytes / 1_024)} KB` : `${(bytes / 2 ** 20).toFixed(1)} MB`;

/** Returns the message about an asset that was not sent to the build. */
const beyondSentence = (path: string, bytes: number): string =>
  `The file ${path} (${sizeOf(bytes)}) is missing: an app's files are limited to about 22 MB in total, and this is one of the largest. It will not show. Make it smaller, or load it from another host.`;

function sentence({ path, reason, bytes }: LeftOut): string {
  return `The file ${path} (${sizeOf(bytes)}) was not imported: ${REASONS[reason]}. It will not show. Add it again, smaller, or load it from another host.`;
}

const warning = (path: string, message: string): Diagnostic => ({
  path,
  line: 0,
  column: 0,
  severity: "warning",
  message,
});
