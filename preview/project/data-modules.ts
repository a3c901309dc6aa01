import type { Plugin } from "esbuild-wasm";
import { parse as parseToml, TomlError } from "smol-toml";
import { YAMLParseError } from "yaml";
import type { MountedProject } from "../engine/mounted-project.ts";
import type { Manifest } from "./manifest.ts";
import { parseYaml } from "./yaml.ts";

type Place = { line: number; column: number };
type Failure = { text: string; location: Place | null };

/**
 * Returns the plugin that imports YAML and TOML as JSON is imported: the data as the default export and its fields by
 * name, as @rollup/plugin-yaml and its relatives do. With graphql in package.json it imports GraphQL as parsed
 * documents, as the loaders of graphql-tag do: the whole as the default export, and each operation by name.
 */
export function dataModules(project: MountedProject, { all }: Manifest): Plugin {
  return {
    name: "data-modules",
    setup(build) {
      if (Object.hasOwn(all, "graphql")) {
        build.onLoad({ filter: /\.(graphql|gql)$/, namespace: "file" }, async ({ path }) => ({
          contents: documentModule((await project.files.readText(path)) ?? ""),
          loader: "js",
          resolveDir: project.appFolder,
        }));
      }
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

const DEFINITION = /^\s*(?:query|mutation|subscription|fragment)\s+(\w+)/gm;

function documentModule(source: string): string {
  const names = [...source.matchAll(DEFINITION)].map(([, name = ""]) => name);
  const exported = names.map(
    (name, at) => `const $${at} = only(${JSON.stringify(name)});\nexport { $${at} as ${name} };`,
  );
  return `import { parse } from "graphql";
const whole = parse(${JSON.stringify(source)});
// An operation keeps the fragments of its file; a fragment stands alone.
const only = (name) => ({
  ...whole,
  definitions: whole.definitions.filter(
    ({ kind, name: own }, _, all) =>
      own?.value === name ||
      (kind === "FragmentDefinition" && all.some((one) => one.kind === "OperationDefinition" && one.name?.value === name)),
  ),
});
${exported.join("\n")}
export default whole;
`;
}

/**
 * Describes a parse error of YAML or TOML.
 * @throws the given error when neither parser has raised it
 */
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
