import type { Plugin } from "esbuild-wasm";
import { parse as parseToml, TomlError } from "smol-toml";
import { parse as parseYaml, YAMLParseError } from "yaml";
import type { MountedProject } from "../engine/mounted-project.ts";

type Place = { line: number; column: number };
type Failure = { text: string; location: Place | null };

/**
 * Returns the plugin that imports YAML and TOML as JSON is imported: the data as the default export and its fields by
 * name, as @rollup/plugin-yaml and its relatives do.
 */
export function dataModules(project: MountedProject): Plugin {
  return {
    name: "data-modules",
    setup(build) {
      build.onLoad({ filter: /\.(ya?ml|toml)$/, namespace: "file" }, async ({ path }) => {
        const text = (await project.files.readText(path)) ?? "";
        try {
          const data: unknown = path.endsWith(".toml") ? parseToml(text) : parseYaml(text);
          return { contents: JSON.stringify(data ?? null), loader: "json" };
        } catch (error) {
          const { text: reason, location } = failureOf(error);
          const file = path.startsWith(project.at("")) ? path.slice(project.at("").length) : path;
          return { errors: [{ text: reason, ...(location !== null && { location: { file, ...location } }) }] };
        }
      });
    },
  };
}

/** @throws what is neither parser's error */
function failureOf(error: unknown): Failure {
  if (error instanceof YAMLParseError) {
    const [start] = error.linePos ?? [];
    const [reason = error.message] = error.message.split(" at line ");
    return { text: reason, location: start === undefined ? null : { line: start.line, column: start.col - 1 } };
  }
  if (error instanceof TomlError) {
    const [reason = error.message] = error.message.split("\n");
    return { text: reason, location: { line: error.line, column: error.column - 1 } };
  }
  throw error;
}
