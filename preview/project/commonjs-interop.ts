import { intersects, validRange } from "semver";
import type { VersionOf } from "../tools/versions.ts";
import type { ViteSettings } from "../vite/index.ts";

/**
 * Returns whether scripts whose format is stated, by `"type": "module"` or their extension, import a CommonJS module as a whole, as Node
 * does. Vite 8 does; earlier versions, and Vite 8 with `legacy.inconsistentCjsInterop`, take what a compiled ES module exports as
 * `default`. A project without Vite is built as by the newest. Measured with Vite 7.3.8 and 8.3.8.
 */
export function importsByFormat({ inconsistentInterop }: ViteSettings, versionOf: VersionOf): boolean {
  const asked = validRange(versionOf("vite") ?? "*") ?? "*";
  return !inconsistentInterop && intersects(asked, ">=8.0.0-0");
}
