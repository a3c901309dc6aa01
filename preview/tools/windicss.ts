import { configTool, PROJECT, prepared } from "../vite/index.ts";
import { withOutside } from "./config-isolate.ts";
import type { ToolRunner } from "./tool-runner.ts";

type Source = { path: string; content: string };

export type WindicssInput = {
  /** The project's text files, by path. */
  texts: ReadonlyMap<string, string>;
  /** Modules outside of the app's folder that the configuration imports (config-isolate.ts). */
  outside: ReadonlyMap<string, string>;
  /** The path of the project's configuration, or null without one. */
  configPath: string | null;
  /** The project's version or range of windicss. */
  version: string;
  /** Further packages that the configuration imports, with a version or range each. */
  packages: Record<string, string>;
  /** Options of the Vite plugin that are data. */
  options: { preflight: boolean; safelist: string[] };
};

/** `layers`: the style sheets `base`, `components` and `utilities`. `changed`: files whose groups were expanded. */
export type WindicssOutput = { layers: Record<string, string>; changed: Source[] };

const SCANNED = /\.(html|vue|svelte|mdx?|[jt]sx?)$/;

/**
 * Compiles the utilities that a project's files use, by the project's own version and configuration of Windi CSS.
 * @throws ToolFailure when it fails to run, such as for a configuration that throws
 */
export function compileWindicss(runner: ToolRunner, input: WindicssInput): Promise<WindicssOutput> {
  const files = [...input.texts].flatMap(([path, content]) =>
    SCANNED.test(path) && path !== input.configPath ? [{ path, content }] : [],
  );
  return ask<WindicssOutput>(runner, input, { task: "scan", files });
}

/** Expands `@apply` and the other directives of Windi CSS in plain style sheets. */
export function applyWindicss(runner: ToolRunner, input: WindicssInput, sheets: Source[]): Promise<Source[]> {
  return ask<Source[]>(runner, input, { task: "sheets", files: sheets });
}

const IDENTITY = "export const defineConfig = (config) => config;\nexport default () => ({});\n";
const WRAPPED = { "vite-plugin-windicss": IDENTITY, "windicss/helpers": IDENTITY };

function ask<Answer>(runner: ToolRunner, input: WindicssInput, request: object): Promise<Answer> {
  const { texts, outside, configPath, version, options } = input;
  const packages = { ...input.packages, windicss: version };
  const path = configPath ?? "windi.config.ts";
  const { tool } = configTool(withOutside({ texts, outside }), path, packages, WRAPPED);
  const asked = {
    ...request,
    options,
    folder: PROJECT,
    env: { mode: "production" },
    variables: {},
    paths: [...texts.keys()],
    texts: Object.fromEntries([...texts].filter(([name]) => name.endsWith(".json"))),
  };
  const load = configPath === null ? "({})" : `import("${PROJECT}/${configPath}")`;
  const entry = `${IMPORTS}\nconst load = () => ${load};\n${ENTRY.replace("PREPARED", () => prepared(path))}`;
  return runner.run<Answer>({ ...tool, name: "windicss", entry, packages, maxMs: 20_000 }, asked);
}

const IMPORTS = `import Processor from "windicss";
import { CSSParser } from "windicss/utils/parser";
import { StyleSheet } from "windicss/utils/style";`;

/** The expressions and the order of steps are those of @windicss/plugin-utils, which reads a disk. */
const ENTRY = String.raw`
const TAG = /<(\w[\w-]*)([\S\s]*?)\/?>/gm;
const SPLITTER = /[\s'"${"`"}{}]/g;
const GROUP = /([!\w+-<@][\w+:_/-]*?\w):\(((?:[!\w\s:/\\,%#.$-]|\[.*?\])*?)\)/gm;
const ATTRIBUTE = /(?:\s|^)([\w+:_/-]+)\s*=\s*(['"{])((?:\\\2|\\\\|\n|\r|.)*?)(?:\2|\})/gm;
const SVELTE_CLASS = /class:([\w!:/\\,%#\[\].$-]+?)=["']?\{/g;
const CHECKS = [/^!?[a-z\d@<>.+-](?:\([\w,.%#()+-]*\)|[\w:/\\,%#\[\].$-])*$/, /[a-z].*[\w)\]]$/];
const isClass = (name) => name.length > 2 && CHECKS.every((check) => check.test(name));
const listOf = (value) => (Array.isArray(value) ? value.flatMap(listOf) : String(value ?? "").split(/\s+/).filter(Boolean));
const kebab = (name) => name.replace(/\B([A-Z])/g, "-$1").toLowerCase();

const withoutGroups = (code) =>
  code.replace(GROUP, (whole, variant, names) =>
    names.split(/\s+/).filter(Boolean).map((name) => name.replace(/^(!?)(.*)/, "$1" + variant + ":$2")).join(" "));

function attributesIn(code, found) {
  for (const [, tag, inside] of code.matchAll(TAG)) {
    if (["meta", "script", "style", "link"].includes(tag)) continue;
    for (const [, written, , value] of inside.matchAll(ATTRIBUTE)) {
      const name = written.replace(/^(:|v-bind:)/, "");
      if (name === "class" || name === "className" || value === "") continue;
      (found[name] ??= []).push(...value.split(SPLITTER).filter(Boolean));
    }
  }
}

function scan(processor, config, { files, options }) {
  const preflight = typeof config.preflight === "object" && config.preflight !== null ? config.preflight : {};
  const classes = new Set([...listOf(config.safelist), ...options.safelist]);
  const tags = new Set(["html", "body", "div", ...listOf(preflight.safelist)]);
  const attributes = {};
  const changed = [];
  for (const { path, content } of files) {
    const code = withoutGroups(content);
    if (code !== content) changed.push({ path, content: code });
    for (const [, tag] of code.matchAll(TAG)) tags.add(preflight.alias?.[kebab(tag)] ?? tag);
    for (const name of code.split(SPLITTER)) if (isClass(name)) classes.add(name);
    if (path.endsWith(".svelte")) for (const [, name] of code.matchAll(SVELTE_CLASS)) classes.add(name);
    if (config.attributify) attributesIn(code, attributes);
  }
  const styles = [...processor.interpret([...classes].join(" ")).styleSheet.children];
  if (options.preflight && config.preflight !== false) {
    const { includeBase = true, includeGlobal = true, includePlugin = true, includeAll, enableAll } = preflight;
    const html = includeAll || enableAll ? undefined : [...tags].map((tag) => "<" + tag + "/>").join(" ");
    styles.push(...processor.preflight(html, includeBase, includeGlobal, includePlugin).children);
  }
  if (config.attributify) styles.push(...processor.attributify(attributes).styleSheet.children);
  const layerOf = (name) => {
    const sheet = new StyleSheet(styles.filter(({ meta }) => meta.type === name));
    sheet.prefixer = config.prefixer ?? true;
    return sheet.sort().build();
  };
  return { layers: { base: layerOf("base"), components: layerOf("components"), utilities: layerOf("utilities") }, changed };
}

export async function run(request) {
  PREPARED
  const module = await load();
  const config = module.default ?? module;
  const processor = new Processor(config);
  if (request.task === "scan") return scan(processor, config, request);
  return request.files.map(({ path, content }) => ({ path, content: new CSSParser(content, processor).parse().build() }));
}`;
