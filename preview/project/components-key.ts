import { PREPROCESSED } from "./precompilation.ts";
import type { ProjectSettings } from "./project-settings.ts";
import { readText, type SourceFiles } from "./source-files.ts";

/**
 * Returns a text that changes with all that the compilers of packages' components read of the project: its settings, and the app's
 * sheets of Sass and Less where a setting puts one of them before those of packages.
 */
export function componentsKey({ vite, postcss, svelte }: ProjectSettings, ofApp: SourceFiles): string {
  const beforeSheets = [vite.plugins, vite.preprocessorOptions];
  const written = JSON.stringify(beforeSheets);
  const sheets = [...ofApp].filter(([path]) => PREPROCESSED.test(path));
  // One sheet loads others, so that any of them may count.
  const isLoaded = sheets.some(([path]) => written.includes(path.replace(/^.*\/_?/, "").replace(PREPROCESSED, "")));
  return JSON.stringify([
    ...beforeSheets,
    postcss.plugins,
    svelte.extensions,
    svelte.compilerOptions,
    svelte.preprocess,
    isLoaded ? sheets : [],
    // What a function of the configuration writes changes with the configuration.
    written.includes('{"$":"function"') && vite.path !== null ? readText(ofApp, vite.path) : null,
  ]);
}
