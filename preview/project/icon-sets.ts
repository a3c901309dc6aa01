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
/** Maximum sets of one build: each is a package of its own, and a name in a template may be of any. */
const MAX_SETS = 40;
/** Side of an icon whose set and own data name none. */
const DEFAULT_SIZE = 16;

/**
 * Reads icons of the packages `@iconify-json/*`. `@iconify/json` has all of them in 400 MB, so its sets come from the
 * packages that have one set each.
 * @param installsAll whether sets that the project does not name are installed, as an option of unplugin-icons has it
 */
export function iconFinder(
  { installation, versionOf }: Pick<StyleCompiling, "installation" | "versionOf">,
  installsAll = false,
): FindIcon {
  const sets = new Map<string, Promise<FullSet | null>>();
  const hasAll = installsAll || versionOf("@iconify/json") !== null;
  const read = async (set: string): Promise<FullSet | null> => {
    const name = `@iconify-json/${set}`;
    const range = versionOf(name) ?? (hasAll && sets.size < MAX_SETS ? "latest" : null);
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

const own = z.looseObject({
  body: z.string().optional(),
  left: z.number().optional(),
  top: z.number().optional(),
  width: z.number().optional(),
  height: z.number().optional(),
  rotate: z.number().optional(),
  hFlip: z.boolean().optional(),
  vFlip: z.boolean().optional(),
});
type Drawing = z.infer<typeof own>;

/** Draws the icon of a name in a set as an SVG without a size; null without it. */
export function svgOf(set: IconSet | null, name: string): string | null {
  if (set === null) return null;
  const drawing = drawingOf({ icons: iconsIn(set.icons), aliases: iconsIn(set.aliases) }, name);
  if (drawing?.body === undefined) return null;
  return draw({ ...own.parse(set), ...drawing }, drawing.body);
}

const iconsIn = (value: unknown): Map<string, Drawing> =>
  new Map(Object.entries(z.record(z.string(), own).catch({}).parse(value)));

/** An icon with the transformations of its aliases: turns are summed up, and flips cancel each other. */
function drawingOf(
  { icons, aliases }: { icons: ReadonlyMap<string, Drawing>; aliases: ReadonlyMap<string, Drawing> },
  name: string,
  parents = 0,
): Drawing | null {
  const icon = icons.get(name);
  if (icon !== undefined) return icon;
  const found = aliases.get(name);
  if (found === undefined || parents > MAX_PARENTS) return null;
  const parent = drawingOf({ icons, aliases }, String(found.parent), parents + 1);
  if (parent === null) return null;
  return {
    ...parent,
    ...found,
    body: parent.body,
    rotate: ((parent.rotate ?? 0) + (found.rotate ?? 0)) % 4,
    hFlip: (parent.hFlip ?? false) !== (found.hFlip ?? false),
    vFlip: (parent.vFlip ?? false) !== (found.vFlip ?? false),
  };
}

/** Flips and turns a drawing about the middle of its box. */
function draw({ hFlip, vFlip, rotate = 0, ...box }: Drawing, body: string): string {
  const { left = 0, top = 0, width = DEFAULT_SIZE, height = DEFAULT_SIZE } = box;
  const isTurned = rotate % 2 === 1;
  const viewBox = isTurned ? [top, left, height, width] : [left, top, width, height];
  const [x, y] = [left + width / 2, top + height / 2];
  const [newX, newY] = isTurned ? [y, x] : [x, y];
  const steps = [
    ...(hFlip === true || vFlip === true || rotate !== 0 ? [`translate(${newX} ${newY})`] : []),
    ...(rotate === 0 ? [] : [`rotate(${rotate * 90})`]),
    ...(hFlip === true || vFlip === true ? [`scale(${hFlip === true ? -1 : 1} ${vFlip === true ? -1 : 1})`] : []),
  ];
  const drawn = steps.length === 0 ? body : `<g transform="${steps.join(" ")} translate(${-x} ${-y})">${body}</g>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${viewBox.join(" ")}">${drawn}</svg>`;
}
