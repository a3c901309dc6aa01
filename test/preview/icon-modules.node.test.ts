import { describe, expect, it } from "vitest";
import { iconModules } from "../../preview/project/icon-modules.ts";
import { svgOf } from "../../preview/project/icon-sets.ts";
import type { IconSet } from "../../preview/tools/unocss.ts";

const HOME = '<path d="M1 1h2v2z"/>';
const sets: Record<string, IconSet> = {
  mdi: { prefix: "mdi", icons: { home: { body: HOME } }, width: 24, height: 24 },
  "mdi-light": { prefix: "mdi-light", icons: { home: { body: "<g/>" } } },
};
const find = async (set: string, name: string) => {
  const found = sets[set];
  return found !== undefined && Object.hasOwn(found.icons, name) ? found : null;
};
const resolver = (options: object = {}) => ({
  $: "package",
  name: "unplugin-icons/resolver",
  path: [],
  args: [options],
});

async function made(
  code: string,
  { options = {}, resolvers = [] as object[], files = {}, framework = "vue" as const } = {},
) {
  const plugins = [
    { name: "unplugin-icons/vite", options },
    { name: "unplugin-vue-components/vite", options: { resolvers } },
  ];
  const sources = new Map(Object.entries({ "src/App.vue": code, ...files }));
  return iconModules({ plugins, files: sources, findIn: () => find, framework });
}

describe("iconModules", () => {
  it("A project without unplugin-icons has no modules of icons", async () => {
    expect(await iconModules({ plugins: [], files: new Map(), findIn: () => find, framework: "vue" })).toBe(null);
  });

  it("An imported icon is a component of the project's framework in the size of the text", async () => {
    const [module] = (await made('import Home from "~icons/mdi/home";'))?.modules ?? [];
    expect(module).toMatchObject({ name: "~icons/mdi/home", extension: "ts" });
    expect(module?.content).toContain('from "vue"');
    expect(module?.content).toContain('"viewBox":"0 0 24 24","width":"1.2em","height":"1.2em"');
    const [react] =
      (await made('import Home from "~icons/mdi/home.jsx";', { options: { compiler: "jsx" } }))?.modules ?? [];
    expect(react?.content).toContain('from "react"');
  });

  it("The plugin's scale, class and style and an import's query set the attributes of an icon", async () => {
    const options = { compiler: "raw", scale: 1, defaultClass: "icon", defaultStyle: "color: red" };
    const [module] =
      (await made('import a from "~icons/mdi/home?width=2em&height=unset";', { options }))?.modules ?? [];
    expect(module?.content).toBe(
      `export default ${JSON.stringify(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" width="2em" class="icon" style="color: red">${HOME}</svg>`)};\n`,
    );
  });

  it("An icon for Svelte is a component that passes its properties on", async () => {
    const [module] =
      (await made('import Home from "~icons/mdi/home";', { options: { compiler: "svelte" } }))?.modules ?? [];
    expect(module?.extension).toBe("svelte");
    expect(module?.content).toMatch(/^<svg \{\.\.\.\$\$props\} /);
  });

  it("A template names icons by the resolver's prefix, those of the longest set first", async () => {
    const icons = await made("<template><i-mdi-light-home /><IMdiHome /><i-none-home /></template>", {
      resolvers: [resolver()],
    });
    expect(icons?.modules.map(({ name }) => name)).toEqual(["~icons/mdi-light/home", "~icons/mdi/home"]);
    expect(icons?.resolve("i-mdi-light-home")).toEqual({ from: "~icons/mdi-light/home", name: "default" });
    expect(icons?.resolve("IMdiHome")).toEqual({ from: "~icons/mdi/home", name: "default" });
    expect(icons?.resolve("i-none-home")).toBe(null);
  });

  it("A resolver keeps to its sets and gives them other names", async () => {
    const options = { prefix: "icon", enabledCollections: ["mdi"], alias: { m: "mdi" } };
    const icons = await made("<icon-m-home/><icon-mdi-light-home/>", { resolvers: [resolver(options)] });
    expect(icons?.resolve("icon-m-home")).toEqual({ from: "~icons/mdi/home", name: "default" });
    expect(icons?.resolve("icon-mdi-light-home")).toBe(null);
  });

  it("Icons of the project's own come from its folder and from its options", async () => {
    const loader = {
      $: "package",
      name: "unplugin-icons/loaders",
      path: ["FileSystemIconLoader"],
      args: ["./src/svg"],
    };
    const options = { compiler: "raw", customCollections: { mine: loader, text: { dot: '<svg id="dot"></svg>' } } };
    const files = { "src/svg/star.svg": '<svg width="9" id="star"></svg>' };
    const icons = await made('import a from "~icons/mine/star"; import b from "~icons/text/dot";', { options, files });
    expect(icons?.modules.map(({ content }) => content)).toEqual([
      expect.stringContaining('<svg id=\\"star\\" width=\\"1.2em\\"'),
      expect.stringContaining('id=\\"dot\\"'),
    ]);
  });
});

describe("svgOf", () => {
  const set = (aliases: object): IconSet => ({
    prefix: "a",
    icons: { b: { body: "<g/>", width: 20, height: 10 } },
    aliases,
  });
  it("An alias mirrors and turns the icon of its parent about the middle", () => {
    const flipped = svgOf(set({ c: { parent: "b", hFlip: true } }), "c");
    expect(flipped).toContain(
      'viewBox="0 0 20 10"><g transform="translate(10 5) scale(-1 1) translate(-10 -5)"><g/></g>',
    );
    const turned = svgOf(set({ c: { parent: "b", rotate: 1 } }), "c");
    expect(turned).toContain(
      'viewBox="0 0 10 20"><g transform="translate(5 10) rotate(90) translate(-10 -5)"><g/></g>',
    );
  });

  it("Turns of aliases add up, and two flips cancel each other", () => {
    const aliases = { c: { parent: "b", rotate: 3, vFlip: true }, d: { parent: "c", rotate: 1, vFlip: true } };
    expect(svgOf(set(aliases), "d")).toBe('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 10"><g/></svg>');
  });

  it("Aliases in a circle are no icon", () => {
    expect(svgOf(set({ c: { parent: "d" }, d: { parent: "c" } }), "c")).toBe(null);
  });
});
