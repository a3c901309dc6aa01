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

/** The project file that a specifier in a file means, if it means one. */
export function target(specifier: string, from: string, tree: ReadonlySet<string>): string | undefined {
  const local = specifier.startsWith(".")
    ? `${folderOf(from)}/${specifier}`
    : specifier.startsWith("/")
      ? specifier
      : undefined;
  // An HTML page may also name a file without a dot in front.
  const path = local ?? (from.endsWith(".html") ? `${folderOf(from)}/${specifier}` : undefined);
  if (path === undefined) return undefined;
  return (
    variants(normal(path)).find((candidate) => tree.has(candidate)) ??
    (tree.has(`public/${normal(path)}`) ? `public/${normal(path)}` : undefined)
  );
}

/** The specifiers a file names: imports, scripts, style sheets, images. */
export const specifiers = (content: string): string[] =>
  [...content.matchAll(reference)].map(([, specifier = ""]) => specifier);

type Named = { path: string; at: string; content: string };

/** How a file has to write a specifier once the files have moved; undefined if it may stay. */
function rewritten(specifier: string, file: Named, moves: ReadonlyMap<string, string>, tree: ReadonlySet<string>) {
  const named = target(specifier, file.path, tree);
  const now = named && (moves.get(named) ?? named);
  if (!now || (now === named && file.at === file.path)) return undefined;
  const written = specifier.startsWith("/") ? `/${now}` : relativeTo(file.at, now);
  const next = /\.\w+$/.test(specifier) ? written : written.replace(/\.\w+$/, "");
  return next === specifier ? undefined : next;
}

/** Edits that let a file name others by their new paths. `at` is where the file itself is, or will be. */
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
