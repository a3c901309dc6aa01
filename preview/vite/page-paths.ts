import { normalize, within } from "../project/paths.ts";
import type { SourceFiles } from "../project/source-files.ts";
import type { ViteSettings } from "./vite-settings.ts";

/** Properties of a project that resolve an address in a page. */
export type PageContext = {
  files: SourceFiles;
  settings: Pick<ViteSettings, "root" | "base" | "publicDir">;
};

/** Whether a path lies below a folder. */
export function isWithin(folder: string, path: string): boolean {
  return folder === "" || path.startsWith(`${folder}/`);
}

/** Resolves an address in a page to a path; null for another origin, `data:`, or a fragment. */
export function pathOfAddress(page: string, address: string, { settings }: PageContext): string | null {
  if (/^([a-z][a-z0-9+.-]*:|\/\/|#|\?|$)/i.test(address)) return null;
  const bare = decodePath(address.split(/[?#]/, 1)[0] ?? "");
  if (!bare.startsWith("/")) return normalize(page.replace(/[^/]*$/, "") + bare);
  const base = settings.base;
  const isBelowBase = base.length > 1 && base.startsWith("/") && bare.startsWith(base);
  return within(settings.root, isBelowBase ? bare.slice(base.length) : bare);
}

/** The file of the public folder that an address means, or null. Public files are served from the root, as they are. */
export function publicFileOf(page: string, address: string, context: PageContext): string | null {
  const { files, settings } = context;
  const path = pathOfAddress(page, address, context);
  if (path === null || settings.publicDir === null || !isWithin(settings.root, path)) return null;
  const inRoot = settings.root === "" ? path : path.slice(settings.root.length + 1);
  const candidate = within(settings.publicDir, inRoot);
  return files.has(candidate) ? candidate : null;
}

function decodePath(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    // A stray percent sign is part of the name.
    return path;
  }
}
