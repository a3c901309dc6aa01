import { asObject, asStrings, type Data, dataAt } from "../vite/config-data.ts";
import type { Plugin } from "../vite/index.ts";
import { QUASAR_PLUGIN } from "./quasar.ts";

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

const TRACK = ["trackImg", "innerTrackImg", "selectionImg"];
/** Those that Quasar's plugin exports, likewise. */
const OF_QUASAR: AssetUrls = {
  QCarouselSlide: ["imgSrc"],
  QChatMessage: ["avatar"],
  QImg: ["src", "placeholderSrc", "errorSrc"],
  QParallax: ["src"],
  QRange: TRACK,
  QSlider: TRACK,
  QTimelineEntry: ["avatar"],
};

/** Reads which attributes name files: Vue's, those of Vuetify and Quasar with their plugins, and those of the options of Vue's plugin. */
export function assetUrlsOf(plugins: readonly Plugin[]): AssetUrls {
  const has = (plugin: string): boolean => plugins.some(({ name }) => name === plugin);
  const ofLibraries = { ...(has("vite-plugin-vuetify") ? OF_VUETIFY : {}), ...(has(QUASAR_PLUGIN) ? OF_QUASAR : {}) };
  const options = plugins.find(({ name }) => name === "@vitejs/plugin-vue")?.options as Data | undefined;
  const given = dataAt(options, "template.transformAssetUrls");
  const tags = asObject(dataAt(given, "tags") ?? given) ?? {};
  const own = Object.entries(tags).flatMap(([tag, names]) =>
    Array.isArray(names) ? [[tag, asStrings(names)] as const] : [],
  );
  return { ...OF_VUE, ...withKebabCase(ofLibraries), ...Object.fromEntries(own) };
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
