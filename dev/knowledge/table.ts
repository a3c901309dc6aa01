import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type PackageEntry, parseEntries, type Use } from "../../worker/agents/packages/parse-knowledge.ts";
import { ROOT } from "../supervisor/content-hash.ts";

const folder = join(ROOT, "worker/agents/packages");

/**
 * Reads the table of package knowledge from the repository.
 * @throws Error when a file does not match the schema
 */
export function readTable(): PackageEntry[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith(".md") && file !== "families.md")
    .sort()
    .flatMap((file) => parseEntries(readFileSync(join(folder, file), "utf8"), file));
}

export type Import = { specifier: string; name: string; path: string; names: string[] };

const statement =
  /import\s+(?:type\s+)?(?:([\w$]+)\s*,?\s*)?(?:\{([^}]*)\}\s*)?(?:\*\s+as\s+[\w$]+\s*)?(?:from\s+)?"([^"]+)"/g;

/** Parses the imports of a use: the package, the path inside it, and the names (`default` for the default export). */
export function importsOf({ code }: Use): Import[] {
  return [...code.matchAll(statement)].map(([, own, list, specifier = ""]) => {
    const parts = specifier.split("/");
    const name = parts.slice(0, specifier.startsWith("@") ? 2 : 1).join("/");
    const named = (list ?? "")
      .split(",")
      .map(
        (part) =>
          part
            .trim()
            .replace(/^type\s+/, "")
            .split(/\s+as\s+/)[0] ?? "",
      )
      .filter((part) => part !== "");
    const path = specifier === name ? "." : `.${specifier.slice(name.length)}`;
    return { specifier, name, path, names: own === undefined ? named : ["default", ...named] };
  });
}
