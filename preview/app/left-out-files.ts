import type { Diagnostic, SourceTree } from "../../worker/contract/preview-rpc.ts";

type LeftOut = NonNullable<SourceTree["skipped"]>[number];

/** Maximum files of which a build warns one by one, and which it looks for in the sources. */
const MAX_WARNINGS = 5;
const MAX_SEARCHED = 40;
const REASONS: Partial<Record<LeftOut["reason"], string>> = {
  file_too_large: "it is larger than a file may be",
  project_too_large: "the project would be too large with it",
};

/** The sentence on a file that the import left out and a module, a page or a style sheet imports. */
export const leftOutSentence = ({ path, reason, bytes }: LeftOut): string =>
  `The file ${path} is missing: the import left it out (${reason.replaceAll("_", " ")}, ${bytes} bytes). Add it again, smaller.`;

/**
 * Warns of large files that the import left out and the app asks for only when it runs, such as a model or a video in
 * `public/`: no compiler misses them, and their place stays empty.
 * @param known the build's own diagnostics, whose files are not named twice
 */
export function leftOutWarnings(
  { files, skipped = [], beyond = [] }: SourceTree,
  known: readonly Diagnostic[],
): Diagnostic[] {
  const unsent = beyond.map(({ path, bytes }) => warning(path, beyondSentence(path, bytes)));
  const present = new Set(files.map(({ path }) => path));
  const isOpen = ({ path, reason }: LeftOut): boolean =>
    REASONS[reason] !== undefined && !present.has(path) && !known.some(({ message }) => message.includes(path));
  const open = skipped.filter(isOpen).slice(0, MAX_SEARCHED);
  const texts = open.length === 0 ? [] : files.filter(({ encoding }) => encoding === "utf-8");
  const named = open.filter(({ path }) => texts.some(({ content }) => content.includes(fileName(path))));
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

const fileName = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

const sizeOf = (bytes: number): string =>
  bytes < 2 ** 20 ? `${Math.ceil(bytes / 1_024)} KB` : `${(bytes / 2 ** 20).toFixed(1)} MB`;

/** The sentence on an asset that was not sent to the build. */
const beyondSentence = (path: string, bytes: number): string =>
  `The file ${path} (${sizeOf(bytes)}) is missing: it is one of the largest, and the files of an app may have some 22 MB together. Its place stays empty. Make it smaller, or load it from another host.`;

function sentence({ path, reason, bytes }: LeftOut): string {
  return `The file ${path} (${sizeOf(bytes)}) is missing: the import left it out, since ${REASONS[reason]}. Its place stays empty. Add it again, smaller, or load it from another host.`;
}

const warning = (path: string, message: string): Diagnostic => ({
  path,
  line: 0,
  column: 0,
  severity: "warning",
  message,
});
