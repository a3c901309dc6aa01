/** Where a link in a model's text leads: out of the workspace, to a file of the project, or nowhere. */
type LinkTarget = { kind: "web" } | { kind: "file"; path: string; line?: number } | { kind: "none" };

const web = /^(https?:\/\/|mailto:)/i;
/** A relative path whose last segment has an extension, with a line as GitHub or compilers write it. */
const file = /^(?:\.?\/)?((?:[^/?#:]+\/)*[^/?#:]+\.\w+)(?:#L(\d+)(?:-L?\d+)?|:(\d+)(?::\d+)?)?$/;

/**
 * Returns where a link leads. The page's own address is the workspace's, so that a link relative to it would open
 * a page that does not exist: a path with an extension means a file of the project, and anything else nothing.
 * @param href the address, percent-encoded as react-markdown leaves it
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
    return null; // A percent sign of the text itself.
  }
}
