import type { Installation } from "../packages/install-packages.ts";
import type { AppAndAround } from "./around-app.ts";
import { isTsconfig, type ProjectSettings, pathsOf } from "./project-settings.ts";
import { emittingOptions, extendedPackages, readTsconfig } from "./tsconfig.ts";

/**
 * Returns the compiler options of the folders outside of an app's, by folder: a package's own, such as those of decorators, with the
 * app's for JSX, as plugins of Vite compile it. The project's own folder, "", has those of all files that are in no package.
 */
export async function workspaceOptions(
  { files, root, around }: AppAndAround,
  installation: Installation,
  { compilerOptions }: Pick<ProjectSettings, "compilerOptions">,
): Promise<Map<string, Record<string, unknown>>> {
  if (root === "") return new Map();
  const jsx = Object.fromEntries(Object.entries(compilerOptions).filter(([name]) => name.startsWith("jsx")));
  const folders = ["", ...new Set(installation.workspace.values())].filter(
    (folder) => folder !== root && (folder === "" || around.has(`${folder}/tsconfig.json`)),
  );
  const ofApp = [...files].map(([path, content]) => [`${root}/${path}`, content] as const);
  const all = new Map([...around, ...ofApp].filter(([path]) => isTsconfig(path)));
  const packages = await installation.installed(extendedPackages(all));
  const read = (folder: string): [string, Record<string, unknown>] => {
    const prefix = folder === "" ? "" : `${folder}/`;
    const own = [...all].flatMap(([path, content]) =>
      path.startsWith(prefix) ? [[path.slice(prefix.length), content] as const] : [],
    );
    const outside = new Map([...all].filter(([path]) => !path.startsWith(prefix)));
    const tsconfig = readTsconfig(new Map(own), packages, { root: folder, around: outside });
    // A bare `baseUrl` is for the types of most packages, and would hide other packages here.
    const { "*": _, ...paths } = tsconfig.paths;
    return [folder, { ...emittingOptions(tsconfig), ...jsx, ...(folder !== "" && { paths: pathsOf(paths, folder) }) }];
  };
  return new Map(folders.map(read));
}
