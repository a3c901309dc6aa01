import { asList, asObject, asPackageUse, asString, asStrings, type Data } from "../vite/config-data.ts";
import { type SvgFramework, svgComponent } from "../vite/index.ts";
import type { Import } from "./component-libraries.ts";
import { type FindIcon, svgOf } from "./icon-sets.ts";
import { normalize } from "./paths.ts";
import { readText, type SourceFiles } from "./source-files.ts";

/** Modules of icons by the names under which a project imports them, and the icons that a template names without an import. */
export type IconModules = {
  modules: { name: string; content: string; extension: string }[];
  /** The import of a component by its name as the project writes it, such as `i-mdi-home` or `IMdiHome`. */
  resolve: (name: string) => Import | null;
};

type Plugin = { name: string; options: unknown };
type Input = {
  plugins: readonly Plugin[];
  files: SourceFiles;
  /** Returns the finder of icons. `installsAll`: also in sets that the project does not name. */
  findIn: (installsAll: boolean) => FindIcon;
  /** The framework of the project's components, unless the plugin's options name another. */
  framework: SvgFramework;
};
type Resolver = { prefix: string; sets: string[]; aliases: Map<string, string>; extension: string };

const PLUGIN = /^unplugin-icons(\/vite)?$/;
const RESOLVER = "unplugin-icons/resolver";
const SOURCE = /\.(vue|svelte|mdx?|[cm]?[jt]sx?)$/;
const SPECIFIER = /["'`]((?:~icons|virtual:icons|virtual\/icons)\/([a-z\d-]+)\/([^"'`?\n]+?)(?:\?([^"'`\n]*))?)["'`]/g;
const TAG = /<([A-Za-z][\w-]*)/g;
/** An icon's name may begin with that of a longer set: `mdi-light-home`. */
const MAX_SET_WORDS = 4;

/** Generates the modules of unplugin-icons: components and texts of icons; null without the plugin. */
export async function iconModules({ plugins, files, findIn, framework }: Input): Promise<IconModules | null> {
  const plugin = plugins.find(({ name }) => PLUGIN.test(name));
  if (plugin === undefined) return null;
  const options = asObject(plugin.options as Data) ?? {};
  const find = findIn(options.autoInstall === true);
  const icon = async (set: string, name: string): Promise<string | null> =>
    ownIcon(asObject(options.customCollections)?.[set], name, files) ?? svgOf(await find(set, name), name);
  const made = new Map<string, IconModules["modules"][number]>();
  const add = async (specifier: string, set: string, written: string, query: string): Promise<boolean> => {
    if (made.has(specifier)) return true;
    const name = written.replace(/\.(jsx?|tsx?|vue|svelte|raw)$/, "");
    const svg = await icon(set, name);
    if (svg !== null)
      made.set(specifier, {
        name: specifier,
        ...moduleOf(styled(svg, options, query), options, { framework, isRaw: isRaw(query) }),
      });
    return svg !== null;
  };
  const resolvers = plugins.flatMap(resolversOf);
  const tags = new Map<string, string>();
  const addTag = async (tag: string): Promise<void> => {
    for (const { specifier, set, name } of resolvers.flatMap((resolver) => readings(tag, resolver))) {
      if (!(await add(specifier, set, name, ""))) continue;
      tags.set(tag, specifier);
      return;
    }
  };
  const sources = [...files].filter(([path]) => SOURCE.test(path)).map(([, content]) => String(content));
  for (const source of sources)
    for (const [, specifier = "", set = "", name = "", query = ""] of source.matchAll(SPECIFIER))
      await add(specifier, set, name, query);
  const named = resolvers.length === 0 ? [] : sources.flatMap((source) => [...source.matchAll(TAG)]);
  for (const tag of new Set(named.map(([, name = ""]) => kebab(name)))) await addTag(tag);
  return {
    modules: [...made.values()],
    resolve: (name) => {
      const from = tags.get(kebab(name));
      return from === undefined ? null : { from, name: "default" };
    },
  };
}

/** The resolvers of icons among the options of plugins that import the components of a template. */
function resolversOf({ options }: Plugin): Resolver[] {
  return asList(asObject(options as Data)?.resolvers).flatMap((one): Resolver[] => {
    const use = asPackageUse(one);
    if (use?.name !== RESOLVER) return [];
    const given = asObject(use.args?.[0]) ?? {};
    const prefix = given.prefix === false ? "" : (asString(given.prefix) ?? asString(given.componentPrefix) ?? "i");
    const aliases = Object.entries(asObject(given.alias) ?? {}).map(([name, set]): [string, string] => [
      name,
      String(set),
    ]);
    const sets = [...asStrings(given.enabledCollections), ...asStrings(given.customCollections)];
    const extension = asString(given.extension);
    return [
      {
        prefix: prefix === "" ? "" : `${kebab(prefix)}-`,
        sets,
        aliases: new Map(aliases),
        extension: extension === null ? "" : `.${extension}`,
      },
    ];
  });
}

/** The icons that a component's name may stand for, those of the longest sets first. */
function readings(tag: string, { prefix, sets, aliases, extension }: Resolver) {
  const words = tag.startsWith(prefix) ? tag.slice(prefix.length).split("-") : [];
  const most = prefix === "" && sets.length === 0 ? 0 : Math.min(MAX_SET_WORDS, words.length - 1);
  return Array.from({ length: Math.max(0, most) }, (_, index) => most - index).flatMap((length) => {
    const named = words.slice(0, length).join("-");
    const set = aliases.get(named) ?? named;
    const name = words.slice(length).join("-");
    if (sets.length > 0 && !sets.includes(set) && !aliases.has(named)) return [];
    return [{ specifier: `~icons/${set}/${name}${extension}`, set, name }];
  });
}

/** An icon of the project's own: a text in the options, or a file of a folder that a loader reads. */
function ownIcon(collection: Data | undefined, name: string, files: SourceFiles): string | null {
  const use = collection === undefined ? null : asPackageUse(collection);
  const folder = use?.path.at(-1) === "FileSystemIconLoader" ? asString(use.args?.[0]) : null;
  if (folder === null) return asString(asObject(collection)?.[name]);
  return readText(files, normalize(`${folder.replace(/^\/project\//, "")}/${name}.svg`));
}

const isRaw = (query: string): boolean => new URLSearchParams(query).has("raw");

/** Sets an icon's size, and the attributes of the plugin's options and of an import's query. */
function styled(svg: string, { scale, defaultClass, defaultStyle }: Record<string, Data>, query: string): string {
  const size = scale === 0 ? null : `${typeof scale === "number" ? scale : DEFAULT_SCALE}em`;
  const own = [...new URLSearchParams(query)].filter(([name]) => /^[a-z][\w-]*$/i.test(name) && name !== "raw");
  const attributes = new Map<string, string>([
    ...(size === null ? [] : [["width", size] as const, ["height", size] as const]),
    ...(asString(defaultClass) === null ? [] : [["class", String(defaultClass)] as const]),
    ...(asString(defaultStyle) === null ? [] : [["style", String(defaultStyle)] as const]),
    ...own,
  ]);
  return svg.replace(/<svg\b[^>]*>/, (open) => {
    const kept = open.replace(/\s(width|height)=("[^"]*"|'[^']*')/g, (whole, name: string) =>
      attributes.has(name) ? "" : whole,
    );
    const added = [...attributes].filter(([, value]) => value !== "unset" && value !== "none");
    return `${kept.slice(0, -1)}${added.map(([name, value]) => ` ${name}="${value.replaceAll('"', "&quot;")}"`).join("")}>`;
  });
}

const DEFAULT_SCALE = 1.2;

type Making = { framework: SvgFramework; isRaw: boolean };

function moduleOf(svg: string, options: Record<string, Data>, { framework, isRaw: asText }: Making) {
  const compiler = asString(options.compiler) ?? "";
  if (asText || compiler === "raw") return { content: `export default ${JSON.stringify(svg)};\n`, extension: "ts" };
  if (compiler === "svelte") return { content: svg.replace(/<svg\b/, "<svg {...$$$$props}"), extension: "svelte" };
  return { content: svgComponent(svg, frameworkOf(compiler, asString(options.jsx), framework)), extension: "ts" };
}

function frameworkOf(compiler: string, jsx: string | null, ofProject: SvgFramework): SvgFramework {
  if (compiler === "solid") return "solid";
  if (compiler === "vue3" || compiler === "vue2") return "vue";
  if (compiler !== "jsx") return ofProject;
  return jsx === "preact" || ofProject === "preact" ? "preact" : "react";
}

const kebab = (name: string): string => name.replace(/\B([A-Z])/g, "-$1").toLowerCase();
