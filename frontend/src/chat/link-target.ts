/** The target of a link in a model's text: an external page, a file of the project, or nothing. */
type LinkTarget = { kind: "web" } | { kind: "file"; path: string; line?: number } | { kind: "none" };

const web = /^(https?:\/\/|mailto:)/i;
/**
 * Matches a relative path whose last segment has an extension, with an optional line in the notation of GitHub or of
 * compilers.
 */
const file = /^(?:\.?\/)?((?:[^/?#:]+\/)*[^/?#:]+\.\w+)(?:#L(\d+)(?:-L?\d+)?|:(\d+)(?::\d+)?)?$/;

/**
 * Returns the target of a link. A relative link would resolve against the workspace's own URL, to a page that does not
 * exist. So a path with an extension means a file of the project, and any other relative link has no target.
 * @param href the URL, percent-encoded as react-markdown produces it
 */
export function linkTarget(href: string): LinkTarget {
  if (web.test(href)) return { kind: "web" };
  const [, encoded, ofHash, ofColon] = file.exec(href) ?? [];
  const path = encoded === undefined ? null : decoded(encoded);
  if (path === null || path.split("/").includes("..")) return { kind: "none" };
  const line = ofHash ?? ofColon;
  return { kind: "file", path, ...(line !== undefined && { line: Number(line) }) };
}

function decoded(path: string): string | null {
  try {
    return decodeURIComponent(path);
  } catch {
    return null; // The percent sign is part of the text.
  }
}
