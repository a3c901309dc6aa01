import { type ConfigTool, configTool, PROJECT, prepared } from "../vite/index.ts";
import { withOutside } from "./config-isolate.ts";
import type { ToolDiagnostic } from "./diagnostic.ts";
import type { ToolRunner } from "./tool-runner.ts";

/** A part of an icon set of Iconify, with one icon. */
export type IconSet = { prefix: string; icons: Record<string, unknown>; [property: string]: unknown };

export type UnocssInput = {
  /** The project's text files, by path. */
  texts: ReadonlyMap<string, string>;
  /** Text files of the repository's packages that belong to the app, by their paths from its folder: they are scanned as well. */
  beside: ReadonlyMap<string, string>;
  /** Modules outside of the app's folder that the configuration imports (config-isolate.ts). */
  outside: ReadonlyMap<string, string>;
  /** The path of the project's configuration, or null without one. */
  configPath: string | null;
  /** The path of the vite.config whose plugin has options, which the configuration completes; null without any. */
  inlinePath: string | null;
  /** Versions or ranges of packages by name: UnoCSS, and those that the configuration imports. */
  packages: Record<string, string>;
  production: boolean;
  /** Returns an icon of a set that the project has; null without it. */
  icon: (set: string, name: string) => Promise<IconSet | null>;
};

type Source = { path: string; content: string };
/** `layers`: the style sheet of each layer, by name. `changed`: files that transformers changed. */
export type UnocssOutput = {
  css: string;
  layers: Record<string, string>;
  changed: Source[];
  diagnostics: ToolDiagnostic[];
};

/** The files that @unocss/vite scans, and those that may ask for it by a comment. */
const SCANNED = /\.(vue|svelte|[cm]?[jt]sx?|mdx?|astro|html)$/;
/** Modules of no page, whatever the patterns of a configuration are. */
const CONFIGS = /(^|\/)[^/]+\.config\.[cm]?[jt]s$/;

/**
 * Compiles the utilities that a project's files use, by the project's own version and configuration of UnoCSS.
 * @throws ToolFailure when it fails to run, such as for a configuration that cannot be bundled
 */
export function compileUnocss(runner: ToolRunner, input: UnocssInput): Promise<UnocssOutput> {
  const files = [...input.texts, ...input.beside].flatMap(([path, content]) =>
    SCANNED.test(path) && !CONFIGS.test(path) ? [{ path, content }] : [],
  );
  return ask<UnocssOutput>(runner, input, { task: "scan", files });
}

/** Expands `@apply` and the like in plain style sheets by the transformers of UnoCSS. */
export function transformSheets(runner: ToolRunner, input: UnocssInput, sheets: Source[]): Promise<Source[]> {
  return ask<Source[]>(runner, input, { task: "sheets", files: sheets });
}

async function ask<Answer>(runner: ToolRunner, input: UnocssInput, request: object): Promise<Answer> {
  const { texts, configPath, inlinePath, packages, production, icon } = input;
  const { tool } = toolOf(input);
  const asked = {
    ...request,
    folder: PROJECT,
    env: { mode: production ? "production" : "development", command: production ? "build" : "serve" },
    variables: {},
    paths: [...texts.keys()],
    texts: Object.fromEntries([...texts].filter(([path]) => /\.(svg|json)$/.test(path))),
  };
  const main = Object.hasOwn(packages, "unocss") ? "unocss" : "@unocss/core";
  const loaded = (path: string | null): string => (path === null ? "({})" : `import("${PROJECT}/${path}")`);
  const loaders = `const load = () => ${loaded(configPath)};\nconst loadInline = () => ${loaded(inlinePath)};`;
  const entry = `${importsOf(main)}\n${loaders}\n${ENTRY.replace("PREPARED", () => prepared(configPath ?? "uno.config.ts"))}`;
  return runner.run<Answer>({ ...tool, name: "unocss", entry, packages, maxMs: 20_000 }, asked, { icon });
}

const importsOf = (main: string): string =>
  `import * as uno from ${JSON.stringify(main)};\nimport MagicString from "magic-string";`;

/** The modules of the plugin for a vite.config: they keep the options. */
const KEEPS_OPTIONS =
  'export default (options) => {\n  globalThis.__inline = options;\n  return { name: "unocss" };\n};\n';

function toolOf({ texts, outside, configPath, inlinePath, packages }: UnocssInput): ConfigTool {
  const modules = Object.keys(packages).filter((name) => name === "unocss" || name.startsWith("@unocss/"));
  const wrapped = Object.fromEntries(modules.map((name) => [name, wrapperOf(name)]));
  const files = withOutside({ texts, outside });
  const made = configTool(files, configPath ?? "uno.config.ts", packages, wrapped);
  if (inlinePath === null) return made;
  const plugins = { "unocss/vite": KEEPS_OPTIONS, "@unocss/vite": KEEPS_OPTIONS };
  const inline = configTool(files, inlinePath, packages, { ...wrapped, ...plugins });
  return {
    ...made,
    tool: { ...made.tool, files: new Map([...(made.tool.files ?? []), ...(inline.tool.files ?? [])]) },
  };
}

/**
 * A module of UnoCSS whose presets work without a network and a disk: icons come from the caller, and the browser loads
 * web fonts.
 */
function wrapperOf(name: string): string {
  const specifier = JSON.stringify(name);
  const ofDefault = name.endsWith("/preset-icons")
    ? "withIcons"
    : name.endsWith("/preset-web-fonts")
      ? "withFonts"
      : "";
  return `export * from ${specifier};
import * as real from ${specifier};
const iconsOf = (own) => new Proxy(own ?? {}, {
  get: (known, set) => known[set] ?? (typeof set === "string" ? (name) => globalThis.__icon(set, name) : undefined),
});
const withIcons = (preset) => (options = {}) => preset({ ...options, autoInstall: false, collections: iconsOf(options.collections) });
const withFonts = (preset) => (options = {}) => preset({ ...options, inlineImports: false, processors: undefined });
${name === "unocss" || ofDefault === "withIcons" ? "export const presetIcons = withIcons(real.presetIcons ?? real.default);" : ""}
${name === "unocss" || ofDefault === "withFonts" ? "export const presetWebFonts = withFonts(real.presetWebFonts ?? real.default);" : ""}
export default ${ofDefault === "" ? "real.default" : `${ofDefault}(real.default)`};
`;
}

const ENTRY = String.raw`
const SCANNED = /\.(vue|svelte|[jt]sx|vine\.ts|mdx?|astro|html)$/;
const STYLE = /(<style\b[^>]*>)([\s\S]*?)(<\/style>)/g;
/** Where a component with a shadow root has the rules of its own file, in the mode "shadow-dom". */
const PLACEHOLDER = "@unocss-placeholder";
const listOf = (value) => (value === undefined || value === null ? [] : Array.isArray(value) ? value : [value]);

/** A pattern of a configuration: a regular expression, or a glob, of which the extensions count. */
function matcherOf(pattern) {
  if (pattern instanceof RegExp) return (path) => new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, "")).test(path);
  const extensions = /\.(?:\{([\w,]+)\}|(\w+))$/.exec(String(pattern));
  const known = (extensions?.[1] ?? extensions?.[2] ?? "").split(",");
  return (path) => known.includes(path.slice(path.lastIndexOf(".") + 1));
}

function scannerOf({ content = {} }) {
  const pipeline = content.pipeline === false ? { include: [] } : (content.pipeline ?? {});
  const included = pipeline.include === undefined ? [(path) => SCANNED.test(path)] : listOf(pipeline.include).map(matcherOf);
  included.push(...listOf(content.filesystem).filter((one) => !one.startsWith("!")).map(matcherOf));
  const excluded = listOf(pipeline.exclude).filter((one) => one instanceof RegExp && !/css|node_modules/.test(one.source)).map(matcherOf);
  return ({ path, content: code }) =>
    !code.includes("@unocss-ignore") && (code.includes("@unocss-include") || code.includes(PLACEHOLDER) ||
    (included.some((matches) => matches("/" + path)) && !excluded.some((matches) => matches("/" + path))));
}

async function applied(transformers, { path, content }, context, isScanned) {
  let code = content;
  for (const one of transformers) {
    const isMeant = one.idFilter ? one.idFilter(path) : isScanned({ path, content: code });
    if (!isMeant || (one.codeFilter && !one.codeFilter(code, path))) continue;
    const text = new MagicString(code);
    await one.transform(text, path, context);
    code = text.toString();
  }
  return code;
}

const inOrder = (transformers) =>
  ["pre", "default", "post"].flatMap((order) => transformers.filter((one) => (one.enforce ?? "default") === order));

async function transformFile(file, transformers, context, isScanned) {
  const content = await applied(transformers, file, context, isScanned);
  if (!/\.(vue|svelte)$/.test(file.path)) return content;
  const blocks = [...content.matchAll(STYLE)].filter(([, open]) => !/lang\s*=\s*["']?(scss|sass|less|stylus)/.test(open));
  let written = content;
  for (const [whole, open, css, close] of blocks) {
    const changed = await applied(transformers, { path: file.path + "?type=style&lang.css", content: css }, context, () => false);
    written = written.replace(whole, () => open + changed + close);
  }
  return written;
}

/** As @unocss/vite does: the rules are in a template literal of a module, or in the style sheet of a Vue component. */
async function withOwnRules(path, content, generator) {
  const { css } = await generator.generate(content, { preflights: true, safelist: true });
  if (path.endsWith(".vue")) return content.replace(/(\/\*\s*)?@unocss-placeholder(\s*\*\/)?/, () => css);
  return content.replace(PLACEHOLDER, () => css.replace(/\\/g, "\\\\").replace(/\`/g, "\\\`"));
}

const escaped = (text) => text.replace(/[.*+?^$()|[\]{}\\]/g, "\\$&");

/** Where a class attribute names an icon, and the name as it is written there. */
function iconIn(files, names) {
  const pattern = new RegExp("\\bclass(?:Name)?\\s*=\\s*\\{?[\"'\`](?:[^\"'\`]*\\s)?([\\w-]*?(?:" + names.map(escaped).join("|") + "))(?=[\\s\"'\`?])");
  for (const { path, content } of files) {
    const found = pattern.exec(content);
    if (found === null) continue;
    const before = content.slice(0, found.index + found[0].length - found[1].length).split("\n");
    return { path, line: before.length, column: before.at(-1).length + 1, name: found[1] };
  }
  return null;
}

/** Warns of the icons that no set of the project has, once for the sets that may have them. */
function missingIcons(files, { missed, found }) {
  const told = new Map();
  for (const [key, sets] of missed) {
    if (found.has(key)) continue;
    const packages = [...new Set(sets)].map((set) => '"@iconify-json/' + set + '"').join(" or ");
    if (told.has(packages)) continue;
    const place = iconIn(files, [key, ...sets.map((set) => set + ":" + key.slice(set.length + 1))]);
    if (place === null) continue;
    const { name, ...at } = place;
    const message = 'No installed icon set contains "' + name + '", so the icon will not show. Add ' + packages + ' to "devDependencies", or correct its name.';
    told.set(packages, { ...at, severity: "warning", message });
  }
  return [...told.values()];
}

export async function run(request, host) {
  PREPARED
  const asked = { missed: new Map(), found: new Set() };
  globalThis.__icon = async (set, name) => {
    const icon = await host.icon(set, name);
    const key = set + "-" + name;
    if (icon === null) asked.missed.set(key, [...(asked.missed.get(key) ?? []), set]);
    else asked.found.add(key);
    return icon;
  };
  const valueOf = async (module, ...given) => {
    const exported = module.default ?? module;
    return (typeof exported === "function" ? await exported(...given) : exported) ?? {};
  };
  await valueOf(await loadInline(), request.env);
  const config = { ...globalThis.__inline, ...(await valueOf(await load())) };
  const preset = uno.presetWind3 ?? uno.presetUno;
  const generator = await uno.createGenerator(config, { presets: preset ? [preset()] : [] });
  const transformers = inOrder(listOf(generator.config.transformers));
  const tokens = new Set();
  const context = { uno: generator, tokens, root: request.folder, filter: () => true, invalidate() {}, extract: async () => {} };
  if (request.task === "sheets") {
    const answers = [];
    for (const sheet of request.files) answers.push({ path: sheet.path, content: await applied(transformers, sheet, context, () => false) });
    return answers;
  }
  const isScanned = scannerOf(generator.config);
  const changed = [];
  const diagnostics = [];
  for (const file of request.files.filter(isScanned)) {
    let content = file.content;
    try {
      content = await transformFile(file, transformers, context, isScanned);
    } catch (error) {
      diagnostics.push({ path: file.path, line: 1, column: 1, severity: "warning", message: "UnoCSS could not transform it: " + error.message });
    }
    await generator.applyExtractors(content, file.path, tokens);
    if (content.includes(PLACEHOLDER)) content = await withOwnRules(file.path, content, generator);
    if (content !== file.content) changed.push({ path: file.path, content });
  }
  for (const inline of listOf(generator.config.content?.inline)) {
    const text = typeof inline === "function" ? await inline() : inline;
    const { code, id = "inline" } = typeof text === "string" ? { code: text } : text;
    await generator.applyExtractors(code, id, tokens);
  }
  const result = await generator.generate(tokens, { preflights: true, minify: false });
  const layers = Object.fromEntries(result.layers.map((layer) => [layer, result.getLayer(layer) ?? ""]));
  return { css: result.css, layers, changed, diagnostics: [...diagnostics, ...missingIcons(request.files, asked)] };
}`;
