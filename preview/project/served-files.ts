import type { Mode } from "../engine/bundle.ts";
import { withReporter } from "../public/error-reporter.ts";
import type { ViteSettings } from "../vite/index.ts";
import type { SourceFiles } from "./source-files.ts";
import { staticFiles } from "./static-files.ts";

type Serving = {
  vite: ViteSettings;
  pages: ReadonlyMap<string, string>;
  /** Files that a plugin copies, which win over those of the public folder. */
  copied: ReadonlyMap<string, string | Uint8Array>;
  mode: Mode;
};

/**
 * Collects the pages and the files that are served as they are, by address, with the headers of vite.config. The pages of
 * a publication report their errors.
 */
export function servedFiles(
  files: SourceFiles,
  { vite, pages, copied, mode }: Serving,
): Map<string, string | Uint8Array> {
  const served = new Map<string, string | Uint8Array>([...staticFiles(files, vite), ...copied, ...pages]);
  if (!served.has("/_headers") && Object.keys(vite.headers).length > 0)
    served.set("/_headers", headerRule(vite.headers));
  if (mode === "development") return served;
  const rules = String(served.get("/_headers") ?? "");
  for (const [address, content] of served)
    if (address.endsWith(".html") && typeof content === "string") served.set(address, withReporter(content, rules));
  return served;
}

/** Headers of vite.config as a rule for all files. */
const headerRule = (headers: Record<string, string>): string =>
  `/*\n${Object.entries(headers)
    .map(([name, value]) => `  ${name}: ${value}\n`)
    .join("")}`;
