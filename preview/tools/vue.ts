import type { ToolDiagnostic } from "./diagnostic.ts";
import type { ToolRunner } from "./tool-runner.ts";
import { packagesFor, type VersionOf, VUE_FOR_OLDER } from "./versions.ts";
import { VUE_ENTRY } from "./vue-entry.ts";
import { withTemplates } from "./vue-templates.ts";
import { readTypeFiles, type TypeFiles } from "./vue-types.ts";

export type VueInput = TypeFiles & {
  /** `placePath`: the component's path in the positions that its elements get. */
  components: { path: string; content: string; placePath: string }[];
  /** Inlines templates, leaves file names out and makes the ids of scoped styles depend on the content. */
  production: boolean;
  versionOf: VersionOf;
  /** Attributes whose static values are files, by tag; Vue's own without it. */
  assetUrls?: Record<string, string[]>;
};

export type VueStyle = {
  /** The style's source, which its preprocessor compiles before `compileVueStyles`. */
  content: string;
  lang: string;
  scoped: boolean;
  /** The component's variable for the classes of `<style module>`, such as `$style`. */
  module: string | null;
  /** The component's import of the style, relative to itself: `./App.vue?vue&type=style&index=0&lang.css`. */
  specifier: string;
  /** A file that holds the style instead: `<style src="./a.css">`. */
  src: string | null;
};

export type VueOutput = {
  code: string;
  lang: "ts" | "tsx" | "js" | "jsx";
  /** Attribute of the component's scoped styles and CSS variables. */
  id: string;
  styles: VueStyle[];
  /** Files with imported types and templates, whose changes invalidate the component. */
  dependencies: string[];
  diagnostics: ToolDiagnostic[];
};

/**
 * Compiles single-file components of Vue 3.2 and later to modules in the language of their scripts.
 * @throws ToolFailure when the compiler fails to run
 */
export async function compileVue(runner: ToolRunner, input: VueInput): Promise<VueOutput[]> {
  const { components, production, versionOf, assetUrls = true } = input;
  const { sources, files } = await readTypeFiles(components, input);
  const linked = await withTemplates(sources, input);
  const request = { task: "components", components: linked, files, production, assetUrls };
  return runner.run<VueOutput[]>(vueTool(versionOf), request);
}

export type VueStyleInput = { path: string; id: string; css: string; scoped: boolean };

/**
 * Scopes style blocks to their components and puts variables in the place of `v-bind(…)`.
 * @param styles plain CSS, as preprocessors and Tailwind left it
 */
export async function compileVueStyles(
  runner: ToolRunner,
  { styles, production, versionOf }: { styles: VueStyleInput[]; production: boolean; versionOf: VersionOf },
): Promise<{ css: string; diagnostics: ToolDiagnostic[] }[]> {
  return runner.run(vueTool(versionOf), { task: "styles", styles, production });
}

function vueTool(versionOf: VersionOf) {
  // Each version of Vue has its own compiler, whose output fits only that version's runtime.
  const asked = versionOf("@vue/compiler-sfc") ?? versionOf("vue");
  const version = /^3\.2\.\d$/.test(asked ?? "") || asked === "3.2.10" ? VUE_FOR_OLDER : asked;
  return { name: "vue", entry: VUE_ENTRY, packages: packagesFor(() => version, "@vue/compiler-sfc") };
}
