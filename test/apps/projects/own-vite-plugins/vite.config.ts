import { readFileSync } from "node:fs";
import { defineConfig, type Plugin } from "vite";
import { chapters } from "./plugins/chapters";

/** A module that no file has. */
const facts = (): Plugin => ({
  name: "facts",
  resolveId: (id) => (id === "virtual:facts" ? "\0virtual:facts" : null),
  load(id) {
    if (id !== "\0virtual:facts") return null;
    const { rivers } = JSON.parse(readFileSync("./src/facts.json", "utf8"));
    return `import { shout } from "/src/shout.ts";\nexport const rivers = ${JSON.stringify(rivers)}.map(shout);`;
  },
});

/** Text between marks, in modules that have TypeScript before. */
const marks: Plugin = {
  name: "marks",
  transform: {
    filter: { id: /\/src\/.*\.ts$/, code: "__BUILT_BY__" },
    handler(code) {
      this.parse(code);
      return { code: code.replaceAll("__BUILT_BY__", JSON.stringify("its own plugins")), map: null };
    },
  },
};

const page: Plugin = {
  name: "page",
  transformIndexHtml: (html) => ({
    html: html.replace("{{ title }}", "Rivers"),
    tags: [{ tag: "meta", attrs: { name: "author", content: "Ada" }, injectTo: "head" }],
  }),
};

const settings: Plugin = {
  name: "settings",
  config: (_, { command }) => ({ define: { __COMMAND_KNOWN__: JSON.stringify(command === "build" || command === "serve") } }),
};

const never: Plugin = { name: "never", apply: () => false, transform: () => "throw new Error('never')" };

export default defineConfig({ plugins: [facts(), marks, page, settings, chapters(), never] });
