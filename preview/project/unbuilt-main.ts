import type { Diagnostic } from "../../worker/contract/preview-rpc.ts";
import { placeOf } from "./place-of.ts";
import { readText, type SourceFiles } from "./source-files.ts";
import { readWrangler } from "./wrangler-config.ts";

const EXTENSIONS = ["ts", "tsx", "js", "jsx", "mts", "mjs"];
/** A page's script and a web worker export no default. */
const HANDLER = /\bexport\s+default\b|\bexport\s*\{[^{}]*\bdefault\b/;

/**
 * Finds the source of a server whose wrangler configuration names its built file, such as `dist/index.mjs`.
 * @returns its path; null where the named file is in the project, or no source has its name
 */
export function sourceOfMain(files: SourceFiles): string | null {
  const { main } = readWrangler(files);
  if (main === null || files.has(main)) return null;
  const name = main.slice(main.lastIndexOf("/") + 1).replace(/\..*$/, "");
  const names = [...new Set([name, "index", "worker"])];
  const candidates = ["src/", ""].flatMap((folder) =>
    names.flatMap((one) => EXTENSIONS.map((extension) => `${folder}${one}.${extension}`)),
  );
  return candidates.find((path) => HANDLER.test(readText(files, path) ?? "")) ?? null;
}

/**
 * Warns of a wrangler configuration whose server is not in the project.
 * @param server the server that runs, with the path of its module where it is one; null for none
 */
export function unbuiltMain(files: SourceFiles, server: { kind: string; path?: string } | null): Diagnostic[] {
  const { main, path } = readWrangler(files);
  if (main === null || path === null || files.has(main)) return [];
  if (server !== null && server.path !== sourceOfMain(files)) return [];
  const absent = `The server that ${path} names, ${main}, is not in the project: a program makes it that is not run here.`;
  const message =
    server === null
      ? `${absent} So no server answers. Write the path of its source as "main".`
      : `${absent} ${server.path} is run in its place. Write that path as "main".`;
  return [{ ...placeOf(path, readText(files, path) ?? "", main), severity: "warning", message }];
}
