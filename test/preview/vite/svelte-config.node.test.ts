import { describe, expect, it } from "vitest";
import { defaultSettings, readSvelteSettings } from "../../../preview/vite/index.ts";

/** A runner of which nothing is expected: these configurations need no isolate. */
const runner = {
  run: () => {
    throw new Error("An isolate was started.");
  },
};
const read = (config: string) =>
  readSvelteSettings(
    new Map([
      ["svelte.config.js", config],
      ["src/App.svelte", "<p></p>"],
    ]),
    defaultSettings(),
    runner,
    { mode: "development", command: "serve" },
  );

const OF_CREATE_VITE = `import { vitePreprocess } from '@sveltejs/vite-plugin-svelte'

/** @type {import("@sveltejs/vite-plugin-svelte").SvelteConfig} */
export default {
  // Consult https://svelte.dev/docs#compile-time-svelte-preprocess
  // for more information about preprocessors
  preprocess: vitePreprocess(),
}
`;

describe("readSvelteSettings", () => {
  it("readSvelteSettings starts no isolate for the configuration of starters", async () => {
    const named = `import { vitePreprocess } from "@sveltejs/vite-plugin-svelte";\nconst config = { preprocess: [vitePreprocess()] };\nexport default config;`;
    for (const config of [OF_CREATE_VITE, named])
      expect(await read(config)).toMatchObject({ preprocess: null, extensions: [".svelte"], warnings: [] });
  });

  it("readSvelteSettings evaluates any other configuration", async () => {
    const config = OF_CREATE_VITE.replace("vitePreprocess(),", "vitePreprocess(), extensions: ['.svx'],");
    await expect(read(config)).rejects.toThrow("An isolate was started.");
  });
});
