import { describe, expect, it } from "vitest";
import { type Installation, planInstallation } from "../../preview/packages/install-packages.ts";
import { Registry } from "../../preview/packages/registry.ts";
import { librariesOf } from "../../preview/project/component-libraries.ts";

/** An installation with one package of these files. */
async function installed(name: string, paths: string[]): Promise<Installation> {
  const nothing = await planInstallation({}, new Registry("http://registry.invalid"), null);
  const planned = { name, version: "1.0.0", folder: `node_modules/${name}`, dist: { tarball: "" } };
  return {
    ...nothing,
    packages: [planned] as unknown as Installation["packages"],
    filesOf: async () => new Map(paths.map((path) => [path, new Uint8Array()])),
  };
}

async function resolving(use: object, installation?: Installation) {
  const given = { resolvers: [{ $: "package", path: [], args: [], ...use }] };
  const [resolve = () => null] = await librariesOf(given, installation ?? (await installed("none", [])));
  return (name: string) => resolve(name, name);
}

const of = (name: string, options: object = {}) => ({
  name: "unplugin-vue-components/resolvers",
  path: [name],
  args: [options],
});

describe("librariesOf", () => {
  it("Element Plus's components, directives and icons come with their styles where they have any", async () => {
    const resolve = await resolving(of("ElementPlusResolver"));
    expect(resolve("ElDatePicker")).toEqual({
      from: "element-plus/es",
      name: "ElDatePicker",
      with: "element-plus/es/components/date-picker/style/css",
    });
    expect(resolve("vLoadingDirective")).toEqual({
      from: "element-plus/es",
      name: "ElLoadingDirective",
      with: "element-plus/es/components/loading/style/css",
    });
    expect(resolve("ElIconHome")).toEqual({ from: "@element-plus/icons-vue", name: "Home" });
    expect(resolve("ElAutoResizer")).toEqual({ from: "element-plus/es", name: "ElAutoResizer" });
    expect(resolve("MyButton")).toBe(null);
    expect(resolve("constructor"), "a name that every object has").toBe(null);
  });

  it("Element Plus's styles are Sass or left out where its resolver is told so", async () => {
    const sass = await resolving(of("ElementPlusResolver", { importStyle: "sass" }));
    expect(sass("ElTag")?.with).toBe("element-plus/es/components/tag/style/index");
    const none = await resolving(of("ElementPlusResolver", { importStyle: false }));
    expect(none("ElTag")).toEqual({ from: "element-plus/es", name: "ElTag" });
  });

  it("PrimeVue's components and directives are those that its package has folders for", async () => {
    const primevue = await installed("primevue", ["datatable/index.mjs", "tooltip/index.mjs", "api/readme.md"]);
    const resolve = await resolving({ name: "@primevue/auto-import-resolver" }, primevue);
    expect(resolve("DataTable")).toEqual({ from: "primevue/datatable", name: "default" });
    expect(resolve("vTooltipDirective")).toEqual({ from: "primevue/tooltip", name: "default" });
    expect(resolve("Api")).toBe(null);
    const options = { components: { prefix: "P" } };
    const withPrefix = await resolving({ name: "@primevue/auto-import-resolver", args: [options] }, primevue);
    expect(withPrefix("PDataTable")).toEqual({ from: "primevue/datatable", name: "default" });
    expect(withPrefix("DataTable")).toBe(null);
  });

  it("Libraries with one module for all components are known by their prefix", async () => {
    expect((await resolving(of("NaiveUiResolver")))("NButton")).toEqual({ from: "naive-ui", name: "NButton" });
    expect((await resolving(of("TDesignResolver")))("TTable")).toEqual({ from: "tdesign-vue-next", name: "Table" });
    expect((await resolving(of("ArcoResolver")))("AModal")).toEqual({ from: "@arco-design/web-vue", name: "Modal" });
  });
});
