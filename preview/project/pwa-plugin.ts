import type { Plugin } from "esbuild-wasm";
import type { MountedProject } from "../engine/mounted-project.ts";

const NOTHING = "() => {}";
const hook = (state: string, before = ""): string =>
  `${before}export const useRegisterSW = () => ({ needRefresh: ${state}, offlineReady: ${state}, updateServiceWorker: async ${NOTHING} });`;

/** What vite-plugin-pwa makes of its modules where no service worker is built, by the framework that they are for. */
const MODULES: Record<string, string> = {
  "": `export const registerSW = () => async ${NOTHING};`,
  react: hook(`[false, ${NOTHING}]`),
  preact: hook(`[false, ${NOTHING}]`),
  vue: hook("ref(false)", 'import { ref } from "vue"; '),
  svelte: hook("writable(false)", 'import { writable } from "svelte/store"; '),
  solid: hook("createSignal(false)", 'import { createSignal } from "solid-js"; '),
};

/** Registers no service worker where an app asks vite-plugin-pwa to: it works online, as it does while it is developed with Vite. */
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
