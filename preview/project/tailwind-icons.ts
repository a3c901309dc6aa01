import type { IconSet } from "../tools/unocss.ts";
import { iconFinder } from "./icon-sets.ts";
import type { StyleCompiling } from "./style-sheets.ts";

/** Plugins of Tailwind that draw icons of Iconify's sets as classes, such as `icon-[mdi--home]`. */
const PLUGINS = ["@iconify/tailwind4", "@iconify/tailwind"];
const IN_BRACKETS = /\[([a-z\d-]+?)(?:--|:)([a-z\d]+(?:-[a-z\d]+)*)\]/g;
const IN_A_NAME = /(?<![\w-])([a-z\d]+(?:-[a-z\d]+)*)--([a-z\d]+(?:-[a-z\d]+)*)/g;

/** Reads the icons that classes in a project's files name, by set; the plugins themselves would read them from the disk. */
export async function tailwindIcons(
  compiling: Pick<StyleCompiling, "files" | "installation" | "versionOf">,
): Promise<Record<string, IconSet>> {
  const { files, versionOf } = compiling;
  if (PLUGINS.every((name) => versionOf(name) === null)) return {};
  const find = iconFinder(compiling);
  const sets: Record<string, IconSet> = {};
  for (const named of namesIn(files, (set) => versionOf(`@iconify-json/${set}`) !== null)) {
    const [set = "", name = ""] = named.split("\n");
    const icon = await find(set, name);
    if (icon === null) continue;
    const known = sets[set] ?? icon;
    sets[set] = {
      ...icon,
      icons: { ...known.icons, ...icon.icons },
      aliases: { ...Object(known.aliases), ...Object(icon.aliases) },
    };
  }
  return sets;
}

/** A name outside of brackets counts for the sets that the project names: other classes have two hyphens, too. */
function namesIn(files: StyleCompiling["files"], hasSet: (set: string) => boolean): Set<string> {
  const names = new Set<string>();
  for (const content of files.values()) {
    if (typeof content !== "string") continue;
    for (const [, set = "", name = ""] of content.matchAll(IN_BRACKETS)) names.add(`${set}\n${name}`);
    for (const [, set = "", name = ""] of content.matchAll(IN_A_NAME)) if (hasSet(set)) names.add(`${set}\n${name}`);
  }
  return names;
}
