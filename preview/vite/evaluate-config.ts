import type { Diagnostic } from "../../worker/contract/preview-rpc.ts";
import { placeOf } from "../project/place-of.ts";
import { readText, type SourceFiles } from "../project/source-files.ts";
import { type Tool, ToolFailure, type ToolRunner } from "../tools/tool-runner.ts";
import type { Data } from "./config-data.ts";
import { PROJECT, SHIMS } from "./config-runtime.ts";
import { configTool } from "./config-tool.ts";
import { readVariables } from "./env.ts";
import { join, relative } from "./glob-import.ts";

/** The command passed to a configuration: Vite's `serve` for previews, `build` for publications. */
export type ConfigOptions = {
  /** Vite's mode: that of the build, or another one that a script names. */
  mode: string;
  command: "serve" | "build";
  /** Packages that are to be real and not stubs, with a version or range each. */
  packages?: Record<string, string>;
  /** The app's folder in the project; empty for the project's own. */
  root?: string;
};

/**
 * A configuration as data, or null after a failed evaluation, with a warning. `variables`: the environment variables that
 * the configuration has set.
 */
export type EvaluatedConfig = {
  value: Data | null;
  variables: Record<string, string>;
  failure: Diagnostic | null;
  warnings: Diagnostic[];
};

/** What a configuration's isolate knows of the project (config-runtime.ts). */
export type ConfigRequest = {
  folder: string;
  env: Pick<ConfigOptions, "mode" | "command"> & { isSsrBuild: boolean; isPreview: boolean };
  variables: Record<string, Record<string, string>>;
  paths: string[];
  texts: Record<string, string>;
};

type Answer =
  | { value: Data; failed: { name: string; message: string }[]; variables: Record<string, string> }
  | { error: string; stack: string };

const MAX_TEXT_LENGTH = 64_000;

/**
 * Evaluates a configuration file in an isolate without network. A configuration that loops, throws, or needs a missing
 * feature becomes a warning with the reason; the build continues with defaults, and reports any errors that follow.
 */
export async function evaluateConfig(
  files: SourceFiles,
  path: string,
  runner: ToolRunner,
  { mode, command, packages = {}, root = "" }: ConfigOptions,
): Promise<EvaluatedConfig> {
  const { tool, absent } = configTool(files, path, packages, {}, root);
  const warnings = absent.map((name) =>
    warningAt(
      files,
      path,
      name,
      `${path} imports "${name}", which does not exist here. What it makes of it is left out.`,
    ),
  );
  const request = configRequest(files, tool, { mode, command, root });
  try {
    const answer = await runner.run<Answer>(tool, request);
    if ("value" in answer) {
      const ofHooks = answer.failed.map(({ name, message }) =>
        warningAt(files, path, name, `The hook "config" of the plugin "${name}" in ${path} failed: ${message}`),
      );
      const { variables } = answer;
      return { value: fromApp(answer.value, root), variables, failure: null, warnings: [...warnings, ...ofHooks] };
    }
    return unread(warnings, failureOf(files, path, answer.error, request));
  } catch (error) {
    if (!(error instanceof ToolFailure)) throw error;
    return unread(warnings, failureOf(files, path, error.message, request));
  }
}

const unread = (warnings: Diagnostic[], failure: Diagnostic): EvaluatedConfig => ({
  value: null,
  variables: {},
  failure,
  warnings: [...warnings, failure],
});

/**
 * Returns the request of a tool that evaluates a configuration (config-tool.ts): Vite's environment, and the project's texts where
 * the configuration reads files.
 */
export function configRequest(
  files: SourceFiles,
  tool: Tool,
  { mode, command, root = "" }: Pick<ConfigOptions, "mode" | "command" | "root">,
): ConfigRequest {
  const readsFiles = [...(tool.files ?? [])].some(
    ([module, source]) =>
      (files.has(module) || module.startsWith("__outside/")) &&
      /\/(?:(?:fs|fs-promises|module)\.cjs|(?:globs|dotenv(?:-config)?)\.mjs)"/.test(source) &&
      source.includes(SHIMS),
  );
  return {
    folder: root === "" ? PROJECT : `${PROJECT}/${root}`,
    env: { mode, command, isSsrBuild: false, isPreview: false },
    variables: variablesByFolder(files, root, mode),
    paths: readsFiles ? [...files.keys()].map((path) => join(root, path)) : [],
    texts: readsFiles ? textsOf(files, root) : {},
  };
}

/**
 * Returns a configuration's data with its paths from the app's folder: the isolate has the app at its depth in the project, so that
 * paths lead out of it as they do on a disk.
 */
function fromApp(data: Data, root: string): Data {
  if (root === "") return data;
  const own = `${PROJECT}/${root}`;
  const rewrite = (value: Data): Data => {
    if (typeof value === "string") {
      const isOwn = value === own || value.startsWith(`${own}/`);
      if (!isOwn && (value === PROJECT || value.startsWith(`${PROJECT}/`)))
        return `${PROJECT}/${relative(root, value.slice(PROJECT.length + 1))}`;
      return value === own ? PROJECT : value.replaceAll(`${own}/`, `${PROJECT}/`);
    }
    if (Array.isArray(value)) return value.map(rewrite);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, rewrite(one)]));
  };
  return rewrite(data);
}

function failureOf(files: SourceFiles, path: string, reason: string, request: ConfigRequest): Diagnostic {
  const config = readText(files, path) ?? "";
  const ofShell = askedOfShell(config);
  const set = request.variables[request.folder] ?? {};
  const ofFiles = askedOfFiles(config).filter((name) => !Object.hasOwn(set, name));
  const advice = [
    ...(ofShell.length === 0
      ? []
      : [`It reads ${ofShell.join(", ")} from process.env, which nothing sets here: write a value in its place.`]),
    ...(ofFiles.length === 0
      ? []
      : [
          `It reads ${ofFiles.join(", ")} by loadEnv, which no .env file beside it sets: add a file .env with ${ofFiles.length === 1 ? "it" : "them"}.`,
        ]),
  ];
  const why = advice.length === 0 ? reason : `${reason.replace(/\.$/, "")}. ${advice.join(" ")}`;
  return warningAt(files, path, "export default", `${path} could not be evaluated, so the build uses defaults: ${why}`);
}

const MAX_ASKED = 5;

/** The variables that a configuration reads from the shell in which its author runs Vite. */
function askedOfShell(config: string): string[] {
  const members = [...config.matchAll(/\bprocess\.env\.([A-Za-z_]\w*)/g)].map(([, name = ""]) => name);
  const apart = [...config.matchAll(/\{([^{}]*)\}\s*=\s*process\.env\b(?!\s*[.[])/g)].flatMap(([, names = ""]) =>
    namesIn(names),
  );
  return [...new Set([...members, ...apart])].filter((name) => name !== "NODE_ENV").slice(0, MAX_ASKED);
}

/** The variables that a configuration reads from the result of Vite's `loadEnv`. */
function askedOfFiles(config: string): string[] {
  const holders = [...config.matchAll(/\b([A-Za-z_$][\w$]*)\s*(?::[^=;]*)?=\s*loadEnv\(/g)].map(
    ([, name = ""]) => name,
  );
  const members = holders.flatMap((name) =>
    [
      ...config.matchAll(new RegExp(`(?<![\\w$.])${name.replaceAll("$", "\\$")}(?:\\.|\\[["'])([A-Za-z_]\\w*)`, "g")),
    ].map(([, variable = ""]) => variable),
  );
  const apart = [...config.matchAll(/\{([^{}]*)\}\s*=\s*loadEnv\(/g)].flatMap(([, names = ""]) => namesIn(names));
  return [...new Set([...members, ...apart])].slice(0, MAX_ASKED);
}

/** The names on the left of a destructuring. */
const namesIn = (names: string): string[] =>
  names.split(",").flatMap((one) => /^\s*([A-Za-z_]\w*)/.exec(one)?.[1] ?? []);

/** Returns a warning at the first occurrence of a text in a file, or at the file as a whole. */
export function warningAt(files: SourceFiles, path: string, text: string, message: string): Diagnostic {
  return { ...placeOf(path, readText(files, path) ?? "", text), severity: "warning", message };
}

/** Returns the variables of each folder that has an `.env` file, by its path in the isolate: a configuration may load any of them. */
function variablesByFolder(files: SourceFiles, root: string, mode: string): Record<string, Record<string, string>> {
  const paths = [...files.keys()].filter((path) => /(^|\/)\.env(\.|$)/.test(path));
  const folders = new Set(paths.map((path) => path.slice(0, Math.max(0, path.lastIndexOf("/")))));
  return Object.fromEntries(
    [...folders].map((folder) => [`/${join(`${PROJECT}/${root}`, folder)}`, readVariables(files, folder, mode)]),
  );
}

function textsOf(files: SourceFiles, root: string): Record<string, string> {
  return Object.fromEntries(
    [...files].flatMap(([path, content]): [string, string][] =>
      typeof content === "string" && content.length <= MAX_TEXT_LENGTH ? [[join(root, path), content]] : [],
    ),
  );
}
