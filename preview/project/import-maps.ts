import type { Alias } from "../vite/index.ts";
import { recordOf } from "./config-values.ts";
import type { Manifest } from "./manifest.ts";
import { normalize } from "./paths.ts";
import type { SourceFiles } from "./source-files.ts";

const IMPORT_MAP = /<script\b[^>]*\btype\s*=\s*["']?importmap\b[^>]*>([\s\S]*?)<\/script>/gi;

/**
 * Returns the import maps of a project's pages as aliases. Modules are bundled before a browser could read the map.
 * Packages of package.json are excluded: Vite bundles the installed ones.
 * Source: https://html.spec.whatwg.org/multipage/webappapis.html#import-maps
 */
export function importMapAliases(files: SourceFiles, { all }: Manifest): Alias[] {
  const found = new Map<string, string>();
  for (const [path, content] of files) {
    if (!path.endsWith(".html") || typeof content !== "string" || !content.includes("importmap")) continue;
    for (const [, json = ""] of content.matchAll(IMPORT_MAP)) {
      for (const [name, address] of Object.entries(importsIn(json))) {
        const target = targetOf(address, path);
        if (target !== null && !isInstalled(name, all)) found.set(name, target);
      }
    }
  }
  // The longest name that fits wins.
  const names = [...found.keys()].sort((one, other) => other.length - one.length);
  return names.map((name) => aliasOf(name, found.get(name) ?? ""));
}

function importsIn(json: string): Record<string, unknown> {
  try {
    return recordOf(recordOf(JSON.parse(json)).imports);
  } catch (error) {
    // Browsers report a map that is not JSON and go on without it.
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

function targetOf(address: unknown, page: string): string | null {
  if (typeof address !== "string") return null;
  if (/^https?:\/\//.test(address)) return address;
  if (address.startsWith("/")) return address;
  if (!/^\.{1,2}\//.test(address)) return null;
  const slash = address.endsWith("/") ? "/" : "";
  return `/${normalize(`${page.slice(0, page.lastIndexOf("/") + 1)}${address}`).replace(/\/$/, "")}${slash}`;
}

const isInstalled = (name: string, packages: Manifest["all"]): boolean =>
  Object.keys(packages).some((one) => name === one || name.startsWith(`${one}/`));

/** A name with a trailing slash is a prefix, any other one is exact. */
function aliasOf(name: string, target: string): Alias {
  const literal = name.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
  return name.endsWith("/")
    ? { find: { regex: `^${literal}(.+)$`, flags: "" }, replacement: `${target.replaceAll("$", "$$$$")}$1` }
    : { find: { regex: `^${literal}$`, flags: "" }, replacement: target.replaceAll("$", "$$$$") };
}
