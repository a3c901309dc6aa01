import { describe, expect, it } from "vitest";
import { planInstallation } from "../../preview/packages/install-packages.ts";
import { Registry } from "../../preview/packages/registry.ts";
import { autoImportsOf } from "../../preview/project/auto-imports.ts";
import { fileRoutes, layoutsModule } from "../../preview/project/file-routes.ts";
import { includedShaders } from "../../preview/project/shaders.ts";
import { svgSprite } from "../../preview/project/svg-sprite.ts";
import { assetUrlsOf } from "../../preview/project/vue-asset-urls.ts";

const plugin = (name: string, options: unknown = {}) => ({ name, options });
const filesOf = (files: Record<string, string>) => new Map(Object.entries(files));

describe("unplugin-auto-import", () => {
  async function imported(code: string, options: object, files: Record<string, string> = {}, path = "src/main.ts") {
    const installation = await planInstallation({}, new Registry("http://registry.invalid"), null);
    const autoImport = await autoImportsOf([plugin("unplugin-auto-import/vite", options)], {
      files: filesOf(files),
      installation,
    });
    return autoImport?.(code, path, path);
  }

  it("A module imports the names of presets that it uses and does not declare, without another line", async () => {
    const code = "const computed = 1;\nconst count = ref(computed);\nwatch.stop(); a.onMounted(); f({ reactive: 1 });";
    expect(await imported(code, { imports: ["vue"] })).toBe(
      `import { ref as ref } from "vue";import { watch as watch } from "vue";${code}`,
    );
  });

  it("A name that a module imports, destructures or has in a string is not imported", async () => {
    const code = 'import { ref } from "./mine";\nconst { computed: c, watch } = x;\nlog("nextTick", ref, c, watch);';
    expect(await imported(code, { imports: ["vue"] })).toBe(code);
  });

  it("A module that reads its environment imports the names behind it", async () => {
    const code = 'const version = import.meta.env.VITE_VERSION;\nonMounted(() => addEventListener("resize", run));';
    expect(await imported(code, { imports: ["vue"] })).toBe(`import { onMounted as onMounted } from "vue";${code}`);
  });

  it("Modules of an object give names under their own or other ones", async () => {
    const imports = [
      { axios: [["default", "axios"]], zod: ["z"] },
      { from: "pinia", imports: [{ name: "defineStore", as: "store" }] },
    ];
    expect(await imported("z(axios, store)", { imports })).toBe(
      'import { z as z } from "zod";import { default as axios } from "axios";import { defineStore as store } from "pinia";z(axios, store)',
    );
  });

  it("Exports of the named folders are imported in other files, and not in their own", async () => {
    const files = {
      "src/composables/use-user.ts": "export default function () {}\nexport const role = 1;",
      "src/composables/deep/other.ts": "export const other = 1;",
    };
    const options = { dirs: ["./src/composables"] };
    expect(await imported("useUser(role, other)", options, files)).toBe(
      'import { default as useUser } from "/src/composables/use-user.ts";import { role as role } from "/src/composables/use-user.ts";useUser(role, other)',
    );
    expect(await imported("role()", options, files, "src/composables/use-user.ts")).toBe("role()");
    expect(await imported("other()", { dirs: ["src/**", "!src/composables/**"] }, files)).toBe("other()");
  });

  it("A library's resolver imports its functions with their styles", async () => {
    const resolvers = [
      { $: "package", name: "unplugin-vue-components/resolvers", path: ["ElementPlusResolver"], args: [] },
    ];
    expect(await imported("ElMessage()", { resolvers })).toBe(
      'import { ElMessage as ElMessage } from "element-plus/es";import "element-plus/es/components/message/style/css";ElMessage()',
    );
  });

  it("A template has the names only with vueTemplate", async () => {
    const code = "render(_ctx.ref)";
    expect(await imported(code, { imports: ["vue"] }, {}, "src/App.vue")).toBe(code);
    expect(await imported(code, { imports: ["vue"], vueTemplate: true }, {}, "src/App.vue")).toBe(
      'import { ref as ref } from "vue";import { unref as __auto_unref } from "vue";render(__auto_unref(ref))',
    );
  });
});

describe("routes of files", () => {
  const files = filesOf({
    "src/pages/index.vue": "<template/>",
    "src/pages/users.vue": "<template/>",
    "src/pages/users/[id].vue": '<script setup>\ndefinePage({\n  meta: { a: ")" } })\n</script>',
    "src/pages/(group)/a.b.vue": '<template/>\n<route lang="yaml">\nmeta:\n  layout: wide\n</route>',
    "src/pages/[...all].vue": "<template/>",
  });
  type Route = { path: string; name?: string; children?: Route[]; meta?: object };
  const routesIn = (module = ""): Route[] =>
    new Function(
      `${module.replace(/^export const handle.*|^export default.*/gm, "").replace("export const routes =", "return")}`,
    )();
  const shapes = (routes: Route[]): unknown =>
    routes.map(({ path, name, children, meta }) => [
      path,
      name,
      ...(meta ? [meta] : []),
      ...(children ? [shapes(children)] : []),
    ]);

  it("unplugin-vue-router nests a folder's pages below the component of its name, or below a route without one", () => {
    const routes = fileRoutes([plugin("unplugin-vue-router/vite")], files);
    expect(shapes(routesIn(routes?.modules.get("vue-router/auto-routes")))).toEqual([
      ["/", undefined, [["a/b", "/(group)/a.b", { layout: "wide" }]]],
      ["/:all(.*)", "/[...all]"],
      ["/", "/"],
      ["/users", "/users", [[":id", "/users/[id]", { a: ")" }]]],
    ]);
  });

  it("vite-plugin-pages lists them by their addresses, with its own names", () => {
    const routes = fileRoutes([plugin("vite-plugin-pages", { dirs: [{ dir: "src/pages", baseRoute: "app" }] })], files);
    expect(shapes(routesIn(routes?.modules.get("virtual:generated-pages")))).toEqual([
      ["/app/a.b", "app-(group)-a.b", { layout: "wide" }],
      ["/app/:all(.*)*", "app-all"],
      ["/app", "app"],
      ["/app/users", "app-users", [[":id", "app-users-id", { a: ")" }]]],
    ]);
  });

  it("The macro is taken out of its page, whose lines stay", () => {
    const page = fileRoutes([plugin("unplugin-vue-router/vite")], files)?.pages.get("src/pages/users/[id].vue");
    expect(page).toBe("<script setup>\n\n\n</script>");
  });

  it("A project without such a plugin has no routes and no layouts", () => {
    expect(fileRoutes([], files)).toBeNull();
    expect(layoutsModule([], files)).toBeNull();
  });
});

it("A sprite has a symbol for each SVG, named by the plugin's pattern", () => {
  const svg = '<svg viewBox="0 0 8 8" fill="none"><path d="M0 0"/></svg>';
  const files = filesOf({ "src/icons/home.svg": svg, "src/icons/nav/up.svg": svg });
  const options = { iconDirs: ["/project/src/icons"], symbolId: "icon-[dir]-[name]" };
  const modules = svgSprite([plugin("vite-plugin-svg-icons", options)], files);
  expect(modules.get("virtual:svg-icons-names")).toBe('export default ["icon-home","icon-nav-up"];\n');
  expect(modules.get("virtual:svg-icons-register")).toContain(
    JSON.stringify('<symbol id="icon-nav-up" viewBox="0 0 8 8" fill="none"><path d="M0 0"/></symbol>').slice(1, -1),
  );
});

it("A shader gets the files that it includes; a cycle and three.js's own chunks stay", () => {
  const files = filesOf({
    "src/a.frag": '#include "./lib/noise.glsl";\n#include <common>\nvoid main() {}',
    "src/lib/noise.glsl": "float noise();\n#include ../a.frag",
  });
  expect(includedShaders(files).get("src/a.frag")).toBe(
    "float noise();\n#include ../a.frag\n#include <common>\nvoid main() {}",
  );
});

it("A shader gets files that it includes without their extension, from the root that vite-plugin-glsl has, and beside a comment", () => {
  const files = filesOf({
    "src/a.vert": "#include parts/noise;\n#include /common // PI\n// #include gone\nvoid main() {}",
    "src/parts/noise.glsl": "#include ../b.vs\nfloat noise();",
    "src/b.vs": "float b();",
    "shaders/common.glsl": "#define PI 3.14",
    "shaders/common.chunk": "#define PI 3",
  });
  const seen = (options: unknown) => includedShaders(files, [plugin("vite-plugin-glsl", options)]).get("src/a.vert");
  expect(seen({ root: "/shaders" })).toBe(
    "float b();\nfloat noise();\n#define PI 3.14\n// #include gone\nvoid main() {}",
  );
  expect(seen({ root: "/shaders", defaultExtension: "chunk" })).toContain("#define PI 3\n");
});

it("Vuetify's plugin makes files of the images of its components, beside those of Vue", () => {
  const urls = assetUrlsOf([plugin("vite-plugin-vuetify")]);
  expect([urls.img, urls["v-img"]]).toEqual([["src"], ["src", "lazySrc", "srcset", "lazy-src"]]);
  const own = assetUrlsOf([
    plugin("@vitejs/plugin-vue", { template: { transformAssetUrls: { tags: { Photo: ["file"] } } } }),
  ]);
  expect([own.Photo, own["v-img"]]).toEqual([["file"], undefined]);
});
