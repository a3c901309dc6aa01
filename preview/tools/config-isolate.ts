import {
  type ConfigOptions,
  type ConfigRequest,
  configRequest,
  configTool,
  PROJECT,
  prepared,
  SHIMS,
} from "../vite/index.ts";
import type { Tool } from "./tool-runner.ts";

/** A configuration whose functions a tool calls. */
export type ConfigCode = {
  /** The project's text files, by path. */
  texts: ReadonlyMap<string, string>;
  /** Modules outside of the app's folder that the configuration imports, and the manifests of packages by which it does. */
  outside: ReadonlyMap<string, string>;
  configPath: string;
  /** Versions or ranges of the packages that the configuration imports for real, by name. */
  packages: Record<string, string>;
  production: boolean;
};

/** Modules that packages ask for, and that are stand-ins there as in configurations. */
const REPLACED: Record<string, string> = {
  vite: "vite.cjs",
  fs: "fs.cjs",
  "node:fs": "fs.cjs",
  "fs/promises": "fs-promises.cjs",
  "node:fs/promises": "fs-promises.cjs",
  ...Object.fromEntries(
    ["path", "path/posix"].flatMap((name) => [name, `node:${name}`]).map((name) => [name, "path.mjs"]),
  ),
  process: "process.cjs",
  "node:process": "process.cjs",
};

/** Longest file that code of a configuration can read. */
const MAX_TEXT_LENGTH = 64_000;
/** How long functions of a configuration may take: with the configuration, which is evaluated before, less than ten seconds. */
const MAX_MS = 7_000;

/** Returns the app's texts with the modules outside of its folder that its configuration imports. */
export const withOutside = ({ texts, outside }: Pick<ConfigCode, "texts" | "outside">): ReadonlyMap<string, string> =>
  outside.size === 0 ? texts : new Map([...texts, ...outside]);

/**
 * Returns the tool that evaluates a configuration once more and calls its functions, and its request.
 *
 * @param name the tool's name
 * @param entry its module, in which `PREPARED`, `CONFIG` and `SHIMS` stand for statements and paths of the configuration
 * @param used packages that the entry itself imports, with a version or range each
 * @param packagesRead whether the configuration's packages may read the project's files, so that the request depends on all of them
 */
export function configIsolate(
  { texts, outside, configPath, packages, production }: ConfigCode,
  {
    name,
    entry,
    used,
    packagesRead,
  }: { name: string; entry: string; used: Record<string, string>; packagesRead: boolean },
): { tool: Tool; request: ConfigRequest } {
  const { tool } = configTool(withOutside({ texts, outside }), configPath, packages);
  const command: ConfigOptions["command"] = production ? "build" : "serve";
  const request = configRequest(texts, tool, { mode: production ? "production" : "development", command });
  // Packages may read files through modules that a configuration does not show.
  const reads = packagesRead && Object.keys(packages).length > 0;
  const readable = [...texts].filter(([, text]) => text.length <= MAX_TEXT_LENGTH);
  const shim = (module: string): string => `${SHIMS.slice(PROJECT.length + 1)}/${module}`;
  return {
    tool: {
      ...tool,
      name,
      entry: entry
        .replace("PREPARED", () => prepared(configPath))
        .replace("CONFIG", () => `${PROJECT}/${configPath}`)
        .replaceAll("SHIMS", () => SHIMS),
      packages: { ...packages, ...used },
      replaced: Object.fromEntries(Object.entries(REPLACED).map(([module, file]) => [module, shim(file)])),
      keepsState: true,
      maxMs: MAX_MS,
    },
    request: reads ? { ...request, paths: [...texts.keys()], texts: Object.fromEntries(readable) } : request,
  };
}
