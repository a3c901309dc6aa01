import type { SourceFiles } from "./source-files.ts";

// Files that are never served: sources that need a build, the server, and manifests.
const SOURCE = /\.(tsx?|jsx|mts|cts)$/;
const SERVER = /^(src\/server|_worker)(\.|\/)/;
const MANIFEST = /^(package(-lock)?\.json|tsconfig[^/]*\.json|jsconfig\.json|wrangler\.(toml|jsonc?))$/;

/** Folders of the app in the project: its root, and its public folder, whose files are served unchanged. */
type Folders = { root: string; publicDir: string | null };

/**
 * Returns a file's address on the app's origin, or null when it is not served. Files of the public folder are at the
 * root.
 */
function addressOf(path: string, { root, publicDir }: Folders): string | null {
  const hidden = path.split("/").some((segment) => segment.startsWith(".") && segment !== ".well-known");
  if (hidden || path.startsWith("node_modules/")) return null;
  if (publicDir !== null && path.startsWith(`${publicDir}/`)) {
    const address = path.slice(publicDir.length);
    return address.startsWith("/_worker.") ? null : address;
  }
  if (root !== "" && !path.startsWith(`${root}/`)) return null;
  const inApp = root === "" ? path : path.slice(root.length + 1);
  if (SOURCE.test(inApp) || SERVER.test(inApp) || MANIFEST.test(inApp)) return null;
  return `/${inApp}`;
}

const PAGE_CODE = /\.(html|css|[cm]?js)$/;

/** Whether a page, a style sheet or a plain script names the public folder itself, as in a project without Vite. */
function namesPublicFolder(files: SourceFiles, publicDir: string | null): boolean {
  if (publicDir === null) return false;
  const named = new RegExp(`["'(=]\\s*(\\./|/)?${publicDir}/`);
  return [...files].some(
    ([path, content]) => PAGE_CODE.test(path) && typeof content === "string" && named.test(content),
  );
}

/**
 * Collects the files that are served unchanged, by address. A public file wins over one of the same address outside
 * it; it is also served below its folder's name when a file refers to it so.
 */
export function staticFiles(files: SourceFiles, folders: Folders): Map<string, string | Uint8Array> {
  const served = new Map<string, string | Uint8Array>();
  const isNamed = namesPublicFolder(files, folders.publicDir);
  for (const [path, content] of files) {
    const address = addressOf(path, folders);
    if (address === null) continue;
    if (!served.has(address) || (folders.publicDir !== null && path.startsWith(`${folders.publicDir}/`)))
      served.set(address, content);
    if (isNamed && path.startsWith(`${folders.publicDir}/`) && !served.has(`/${path}`)) served.set(`/${path}`, content);
  }
  return served;
}
