import type { SourceFiles } from "./source-files.ts";

// What a generated app keeps for itself: sources that only mean something built, its server, and its manifests.
const SOURCE = /\.(tsx?|jsx|mts|cts)$/;
const SERVER = /^src\/server(\.|\/)/;
const MANIFEST = /^(package(-lock)?\.json|tsconfig[^/]*\.json|jsconfig\.json|wrangler\.(toml|jsonc?))$/;

/** Folders of the app in the project: its root, and the one whose files are served as they lie. */
type Folders = { root: string; publicDir: string | null };

/** The address a file has on the app's origin, or null where it is not served: the public folder's are at the root. */
function addressOf(path: string, { root, publicDir }: Folders): string | null {
  const hidden = path.split("/").some((segment) => segment.startsWith(".") && segment !== ".well-known");
  if (hidden || path.startsWith("node_modules/")) return null;
  if (publicDir !== null && path.startsWith(`${publicDir}/`)) return path.slice(publicDir.length);
  if (root !== "" && !path.startsWith(`${root}/`)) return null;
  const inApp = root === "" ? path : path.slice(root.length + 1);
  if (SOURCE.test(inApp) || SERVER.test(inApp) || MANIFEST.test(inApp)) return null;
  return `/${inApp}`;
}

const PAGE_CODE = /\.(html|css|[cm]?js)$/;

/** Whether a page, a style sheet or a plain script names the public folder itself, as one does that is not built with Vite. */
function namesPublicFolder(files: SourceFiles, publicDir: string | null): boolean {
  if (publicDir === null) return false;
  const named = new RegExp(`["'(=]\\s*(\\./|/)?${publicDir}/`);
  return [...files].some(
    ([path, content]) => PAGE_CODE.test(path) && typeof content === "string" && named.test(content),
  );
}

/**
 * The files served as they lie, by address. A public file wins over one of the same address outside it; it is also at the
 * address that begins with its folder where something names it so.
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
