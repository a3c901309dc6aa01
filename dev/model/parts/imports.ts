import { type Edit, relativeTo, unique } from "./repair.ts";

const reference = /(?:from\s+|import\s*\(?\s*|src=|href=|url\(\s*)["']?([^"'\s)>]+)["']?/g;

const folderOf = (path: string): string => path.split("/").slice(0, -1).join("/");

function normal(path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "." && part !== "") parts.push(part);
  }
  return parts.join("/");
}

const variants = (path: string): string[] => [
  path,
  ...[".ts", ".tsx", ".js", ".jsx", ".css", "/index.ts", "/index.tsx"].map((end) => path + end),
  path.replace(/\.js$/, ".ts"),
];

/** Resolves a specifier of a file to a file of the project, or undefined. */
export function target(specifier: string, from: string, tree: ReadonlySet<string>): string | undefined {
  const local = specifier.startsWith(".")
    ? `${folderOf(from)}/${specifier}`
    : specifier.startsWith("/")
      ? specifier
      : undefined;
  // An HTML page may reference a file without a leading dot.
  const path = local ?? (from.endsWith(".html") ? `${folderOf(from)}/${specifier}` : undefined);
  if (path === undefined) return undefined;
  return (
    variants(normal(path)).find((candidate) => tree.has(candidate)) ??
    (tree.has(`public/${normal(path)}`) ? `public/${normal(path)}` : undefined)
  );
}

/** Returns the specifiers in a file: imports, scripts, style sheets, images. */
export const specifiers = (content: string): string[] =>
  [...content.matchAll(reference)].map(([, specifier = ""]) => specifier);

type Named = { path: string; at: string; content: string };

/** Returns the specifier to use after the files have moved, or undefined when the current one stays valid. */
function rewritten(specifier: string, file: Named, moves: ReadonlyMap<string, string>, tree: ReadonlySet<string>) {
  const named = target(specifier, file.path, tree);
  const now = named && (moves.get(named) ?? named);
  if (!now || (now === named && file.at === file.path)) return undefined;
  const written = specifier.startsWith("/") ? `/${now}` : relativeTo(file.at, now);
  const next = /\.\w+$/.test(specifier) ? written : written.replace(/\.\w+$/, "");
  return next === specifier ? undefined : next;
}

/**
 * Returns edits that update a file's references to moved files. `file.at` is the path of the file itself after the
 * move.
 */
export function redirected(file: Named, moves: ReadonlyMap<string, string>, tree: ReadonlySet<string>): Edit[] {
  const edits = new Map<string, string>();
  for (const [place, line] of file.content.split("\n").entries()) {
    for (const specifier of specifiers(line)) {
      const next = rewritten(specifier, file, moves, tree);
      const find = next && unique(file.content, place + 1);
      if (next && find) edits.set(find, find.replace(specifier, next));
    }
  }
  return [...edits].map(([find, replace]) => ({ find, replace }));
}
