import type { Manifest } from "./manifest.ts";
import type { SourceFiles } from "./source-files.ts";

const LIBRARY = "@vanilla-extract/css";
const STYLES = /\.css\.([cm]?[jt]s|[jt]sx)$/;

/**
 * Puts the styles of vanilla-extract (`x.css.ts`) into the scope of their file, by which the library names classes; its
 * plugin does the same. The library then adds the rules in the page itself, where the plugin's build would write a
 * style sheet.
 * @param changed modules that differ from the project's files, to which these are added
 */
export function putFileScopes(files: SourceFiles, { all }: Manifest, changed: Map<string, string>): void {
  if (!Object.hasOwn(all, LIBRARY)) return;
  for (const [path, content] of files) {
    if (typeof content !== "string" || !STYLES.test(path)) continue;
    const begin = `import { setFileScope as $begin, endFileScope as $end } from "${LIBRARY}/fileScope"; $begin(${JSON.stringify(path)}, "app");`;
    // On the first line, so that positions in messages stay.
    changed.set(path, `${begin} ${changed.get(path) ?? content}\n$end();\n`);
  }
}
