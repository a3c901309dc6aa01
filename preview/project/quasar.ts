import type { Installation } from "../packages/install-packages.ts";
import { asObject, asString, type Data } from "../vite/config-data.ts";
import type { Plugin } from "../vite/index.ts";
import { filesOf, type Resolver } from "./component-libraries.ts";

export const QUASAR_PLUGIN = "@quasar/vite-plugin";
/** The variables of Quasar, which the project's own come before. */
const VARIABLES = "quasar/src/css/variables.sass";
/** The package's own list of the names in templates. */
const NAMES = "dist/transforms/auto-import.json";

/**
 * Returns the sheets that Quasar's plugin imports into each sheet of Sass.
 * @param plugins those of vite.config
 * @returns paths of the project or of packages; none without the plugin, or where its option turns them off
 */
export function quasarVariables(plugins: readonly Plugin[]): string[] {
  const plugin = plugins.find(({ name }) => name === QUASAR_PLUGIN);
  if (plugin === undefined) return [];
  const given = asObject(plugin.options as Data)?.sassVariables;
  if (given === false) return [];
  const own = asString(given)?.replace(/^\/project\//, "");
  return own === undefined ? [VARIABLES] : [own, VARIABLES];
}

/**
 * Returns the resolver of the components and directives that Quasar has, by the list in its package.
 * @param options those of its plugin, which say how templates write the names
 */
export async function quasarComponents(options: unknown, installation: Installation): Promise<Resolver> {
  const content = (await filesOf("quasar", installation)).get(NAMES);
  if (content === undefined) return () => null;
  const bytes = typeof content === "function" ? await content() : content;
  const { importName }: { importName: Record<string, string> } = JSON.parse(new TextDecoder().decode(bytes));
  const names = new Map(Object.entries(importName));
  const written = asString(asObject(options as Data)?.autoImportComponentCase) ?? "kebab";
  return (name, given) => {
    const isDirective = /^v[A-Z]\w*Directive$/.test(name);
    const isMeant = written === "combined" || isDirective || /^[A-Z]/.test(given) === (written === "pascal");
    const found = isMeant ? names.get(isDirective ? `v-${given}` : given) : undefined;
    return found === undefined ? null : { from: "quasar", name: found };
  };
}
