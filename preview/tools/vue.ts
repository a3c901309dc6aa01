import type { ToolDiagnostic } from "./diagnostic.ts";
import type { ToolRunner } from "./tool-runner.ts";
import { packagesFor, type VersionOf } from "./versions.ts";
import { VUE_ENTRY } from "./vue-entry.ts";
import { readTypeFiles, type TypeFiles } from "./vue-types.ts";

export type VueInput = TypeFiles & {
  components: { path: string; content: string }[];
  /** Inlines templates, leaves file names out and makes the ids of scoped styles depend on the content. */
  production: boolean;
  versionOf: VersionOf;
};

export type VueStyle = {
  /** As it was written. It is to be compiled from its language before `compileVueStyles`. */
  content: string;
  lang: string;
  scoped: boolean;
  /** The name under which the component sees the classes of `<style module>`, such as `$style`. */
  module: string | null;
  /** What the component's code imports for it, beside itself: `./App.vue?vue&type=style&index=0&lang.css`. */
  specifier: string;
  /** A file that holds the style instead: `<style src="./a.css">`. */
  src: string | null;
};

export type VueOutput = {
  code: string;
  lang: "ts" | "tsx" | "js" | "jsx";
  /** What marks the component's scoped styles and CSS variables. */
  id: string;
  styles: VueStyle[];
  /** Files that types were read from, whose changes make the component out of date. */
  dependencies: string[];
  diagnostics: ToolDiagnostic[];
};

/**
 * Compiles single-file components of Vue 3.3 and later to modules, which are left in the language of their scripts.
 * @throws ToolFailure where the compiler itself does not run
 */
export async function compileVue(runner: ToolRunner, input: VueInput): Promise<VueOutput[]> {
  const { components, production, versionOf } = input;
  const { sources, files } = await readTypeFiles(components, input);
  return runner.run<VueOutput[]>(vueTool(versionOf), { task: "components", components: sources, files, production });
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
  // The compiler is published with each version of Vue, and its output fits that version's runtime alone.
  const version = versionOf("@vue/compiler-sfc") ?? versionOf("vue");
  return { name: "vue", entry: VUE_ENTRY, packages: packagesFor(() => version, "@vue/compiler-sfc") };
}
