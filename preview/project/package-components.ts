import type { OnLoadResult, Plugin } from "esbuild-wasm";
import type { PackageComponents } from "../engine/bundle.ts";
import type { MountedProject } from "../engine/mounted-project.ts";
import type { VersionOf } from "../tools/versions.ts";
import { componentsKey } from "./components-key.ts";
import { toMessage } from "./language-plugin.ts";
import { PREPROCESSED, type Precompilation, type Precompiled } from "./precompilation.ts";
import { isSolidProject } from "./precompile.ts";
import type { ProjectSettings } from "./project-settings.ts";
import type { SourceFiles } from "./source-files.ts";

const IMPORT = /\b(?:import|export)\s*(?:[^"'();]*?\bfrom\s*)?(["'][^"'\n]+["'])/g;

/**
 * Compiles the Svelte and Vue components, Solid's JSX and the style sheets that packages ship as source, and those of a workspace's packages. One program bundles both the app and the
 * compilers, so the components wait for the end of its build: until then a placeholder module with the same imports
 * stands in for each, so that one build finds them all.
 */
export function packageComponents(
  project: MountedProject,
  { settings, versionOf, ofApp }: { settings: ProjectSettings; versionOf: VersionOf; ofApp: SourceFiles },
  compile: (sources: SourceFiles) => Promise<Precompilation>,
): PackageComponents {
  const { files } = project;
  const compiled = new Map<string, Precompiled>();
  const met = new Map<string, string>();
  const load = async (path: string): Promise<OnLoadResult> => {
    const known = compiled.get(path);
    if (known !== undefined) return { ...resultOf(known), resolveDir: path.slice(0, path.lastIndexOf("/")) };
    const content = (await files.readText(path)) ?? "";
    met.set(path, content);
    return PREPROCESSED.test(path) ? { contents: "", loader: "css" } : { contents: importsOf(content), loader: "js" };
  };
  const isSolid = isSolidProject(settings.vite, versionOf);
  const plugin: Plugin = {
    name: "package-components",
    setup(build) {
      const folders = hasWorkspace(project) ? "(node_modules|app)" : "node_modules";
      const filter = new RegExp(
        `^${files.root}/${folders}/.*\\.(vue|svelte|svelte\\.[jt]s|scss|sass|less${isSolid ? "|[jt]sx" : ""})$`,
      );
      const own = project.at("");
      build.onLoad({ filter, namespace: "file" }, ({ path }) => (path.startsWith(own) ? undefined : load(path)));
    },
  };
  return {
    plugin,
    key: FRAMEWORKS.every((name) => versionOf(name) === null) ? "" : componentsKey(settings, ofApp),
    conditions: [...(versionOf("svelte") === null ? [] : ["svelte"]), ...(isSolid ? ["solid"] : [])],
    compileMet: async () => {
      if (met.size === 0) return false;
      const sources = new Map([...met].map(([path, content]) => [path.slice(files.root.length + 1), content]));
      met.clear();
      const { modules, beside } = await compile(sources);
      for (const path of sources.keys()) {
        const nothing: Precompiled = { contents: "", loader: "js", diagnostics: [] };
        compiled.set(`${files.root}/${path}`, modules.get(path) ?? nothing);
      }
      for (const [path, content] of beside) files.put(`${files.root}/${path}`, content);
      return true;
    },
  };
}

/** Whether the project has packages beside the app's folder, whose files are compiled as those of other packages are. */
const hasWorkspace = ({ files, appFolder }: MountedProject): boolean => appFolder !== `${files.root}/app`;

/** The frameworks and languages whose components and style sheets packages may ship as source. */
const FRAMEWORKS = ["svelte", "vue", "solid-js", "sass", "less"];

/** Errors in a package's component stop the build; its warnings do not help the app's author. */
function resultOf({ contents, loader, diagnostics }: Precompiled): OnLoadResult {
  const errors = diagnostics.filter(({ severity }) => severity === "error").map(toMessage);
  return { contents, loader, errors };
}

const importsOf = (source: string): string =>
  [...source.matchAll(IMPORT)].map(([, specifier]) => `import ${specifier};\n`).join("");
