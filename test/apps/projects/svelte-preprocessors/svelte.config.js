import { fileURLToPath } from "node:url";
import { vitePreprocess } from "@sveltejs/vite-plugin-svelte";
import { mdsvex } from "mdsvex";
import { lengths } from "./preprocess/lengths.js";

const river = {
  name: "river",
  markup: ({ content }) => ({ code: content.replaceAll("@@river", "Elbe") }),
  script: ({ content, attributes: { data, ...attributes } }) =>
    data === undefined ? undefined : { code: `const data = "${data}";${content}`, attributes },
};

export default {
  extensions: [".svelte", ".svx"],
  preprocess: [river, vitePreprocess(), lengths, mdsvex({ extensions: [".svx"], layout: fileURLToPath(new URL("src/Layout.svelte", import.meta.url)) })],
  compilerOptions: { css: "injected" },
};
