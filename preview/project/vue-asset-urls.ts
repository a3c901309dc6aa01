import { asObject, asStrings, type Data, dataAt } from "../vite/config-data.ts";
import type { Plugin } from "../vite/index.ts";

/** Attributes of a template whose static values are files, by tag. */
export type AssetUrls = Record<string, string[]>;

/** Vue's own. */
const OF_VUE: AssetUrls = {
  video: ["src", "poster"],
  source: ["src"],
  img: ["src"],
  image: ["xlink:href", "href"],
  use: ["xlink:href", "href"],
};

const IMAGE = ["src", "lazySrc", "srcset"];
const AVATARS = ["prependAvatar", "appendAvatar"];
/** Those that vite-plugin-vuetify exports for the options of Vue's plugin. */
const OF_VUETIFY: AssetUrls = {
  VAppBar: ["image"],
  VAvatar: ["image"],
  VBanner: ["avatar"],
  VCard: ["image", ...AVATARS],
  VCardItem: AVATARS,
  VCarouselItem: IMAGE,
  VChip: AVATARS,
  VImg: IMAGE,
  VListItem: AVATARS,
  VNavigationDrawer: ["image"],
  VParallax: IMAGE,
  VToolbar: ["image"],
};

/** Reads which attributes name files: Vue's, Vuetify's with its plugin, and those of the options of Vue's plugin. */
export function assetUrlsOf(plugins: readonly Plugin[]): AssetUrls {
  const isVuetify = plugins.some(({ name }) => name === "vite-plugin-vuetify");
  const options = plugins.find(({ name }) => name === "@vitejs/plugin-vue")?.options as Data | undefined;
  const given = dataAt(options, "template.transformAssetUrls");
  const tags = asObject(dataAt(given, "tags") ?? given) ?? {};
  const own = Object.entries(tags).flatMap(([tag, names]) =>
    Array.isArray(names) ? [[tag, asStrings(names)] as const] : [],
  );
  return { ...OF_VUE, ...(isVuetify ? withKebabCase(OF_VUETIFY) : {}), ...Object.fromEntries(own) };
}

const withKebabCase = (tags: AssetUrls): AssetUrls =>
  Object.fromEntries(
    Object.entries(tags).flatMap(([tag, names]) => {
      const all = [...new Set([...names, ...names.map(kebab)])];
      return [
        [tag, all],
        [kebab(tag), all],
      ];
    }),
  );

const kebab = (name: string): string => name.replace(/\B([A-Z])/g, "-$1").toLowerCase();
