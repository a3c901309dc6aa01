import { z } from "zod";
import type { IconSet } from "../tools/unocss.ts";
import type { StyleCompiling } from "./style-sheets.ts";

/** Finds an icon of an Iconify set that the project has; null without the set or the icon. */
export type FindIcon = (set: string, name: string) => Promise<IconSet | null>;

const icon = z.looseObject({ body: z.string() });
const alias = z.looseObject({ parent: z.string() });
const iconSet = z.looseObject({
  prefix: z.string(),
  icons: z.record(z.string(), icon),
  aliases: z.record(z.string(), alias).optional(),
});
type FullSet = z.infer<typeof iconSet>;

/** Aliases of aliases: Iconify's own limit. */
const MAX_PARENTS = 5;

/**
 * Reads icons of the packages `@iconify-json/*`. `@iconify/json` has all of them in 400 MB, so its sets come from the
 * packages that have one set each.
 */
export function iconFinder({ installation, versionOf }: Pick<StyleCompiling, "installation" | "versionOf">): FindIcon {
  const sets = new Map<string, Promise<FullSet | null>>();
  const read = async (set: string): Promise<FullSet | null> => {
    const name = `@iconify-json/${set}`;
    const range = versionOf(name) ?? (versionOf("@iconify/json") === null ? null : "latest");
    if (range === null || !/^[a-z\d-]+$/.test(set)) return null;
    const packages = await installation.installed([name], { [name]: range });
    const content = packages.read(`node_modules/${name}/icons.json`);
    return content === null ? null : iconSet.parse(JSON.parse(new TextDecoder().decode(content)));
  };
  return async (set, name) => {
    const known = sets.get(set) ?? read(set);
    sets.set(set, known);
    const found = await known;
    return found === null ? null : only(name, found);
  };
}

/** Returns a set with one icon and its aliases' parents. */
function only(name: string, { icons, aliases = {}, ...rest }: FullSet): IconSet | null {
  const used: { icons: FullSet["icons"]; aliases: NonNullable<FullSet["aliases"]> } = { icons: {}, aliases: {} };
  let current = name;
  for (let parents = 0; parents <= MAX_PARENTS; parents += 1) {
    const own = Object.hasOwn(icons, current) ? icons[current] : undefined;
    if (own !== undefined) return { ...rest, ...used, icons: { [current]: own } };
    const of = Object.hasOwn(aliases, current) ? aliases[current] : undefined;
    if (of === undefined) return null;
    used.aliases[current] = of;
    current = of.parent;
  }
  return null;
}
