import type { Plugin } from "esbuild-wasm";
import type { MountedProject } from "../engine/mounted-project.ts";

const NOTHING = "() => {}";
const hook = (state: string, before = ""): string =>
  `${before}export const useRegisterSW = () => ({ needRefresh: ${state}, offlineReady: ${state}, updateServiceWorker: async ${NOTHING} });`;

/** Modules that vite-plugin-pwa generates without a service worker, by framework. */
const MODULES: Record<string, string> = {
  "": `export const registerSW = () => async ${NOTHING};`,
  react: hook(`[false, ${NOTHING}]`),
  preact: hook(`[false, ${NOTHING}]`),
  vue: hook("ref(false)", 'import { ref } from "vue"; '),
  svelte: hook("writable(false)", 'import { writable } from "svelte/store"; '),
  solid: hook("createSignal(false)", 'import { createSignal } from "solid-js"; '),
};

/**
 * Replaces vite-plugin-pwa's modules by ones that register no service worker, as in Vite's development mode: the app
 * works online.
 */
export function pwaPlugin(project: MountedProject): Plugin {
  return {
    name: "pwa",
    setup(build) {
      const filter = /^virtual:pwa-register(\/(react|preact|vue|svelte|solid))?$/;
      build.onResolve({ filter }, ({ path }) => ({ path, namespace: "pwa" }));
      build.onLoad({ filter: /.*/, namespace: "pwa" }, ({ path }) => ({
        contents: MODULES[filter.exec(path)?.[2] ?? ""] ?? "",
        loader: "js",
        resolveDir: project.appFolder,
      }));
    },
  };
}
