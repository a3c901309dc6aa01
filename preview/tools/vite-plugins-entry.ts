/**
 * The entry of the isolate that runs a project's Vite plugins (vite-plugins.ts). `PREPARED`, `CONFIG` and `SHIMS` stand for
 * statements and paths of the configuration. Bundlers call plugins while they follow imports; here the project's modules are all
 * at hand, so each hook runs once over all of them, before the bundler starts.
 */
export const VITE_PLUGINS_ENTRY = String.raw`
import pluginsOf from "SHIMS/plugins.cjs";
import vite from "SHIMS/vite.cjs";
import serialize from "SHIMS/serialize.cjs";
import { resolve } from "node:path";
import * as acorn from "acorn";

const { pluginsIn, hooksOf, withConfigHooks, silent } = pluginsOf;
const PROJECT = "/project/";
const MAX_MODULES = 1000;
const MAX_CHARACTERS = 8 * 2 ** 20;
/** Queries that mean a file's text, its address or a worker: no plugin but one that loads them changes these. */
const QUERY_OF_VITE = /[?&](raw|url|inline|no-inline|worker|sharedworker|react|component|init)\b/;
const SCRIPT = /\.([cm]?ts|[jt]sx)$/;

const nameOf = ({ name }) => String(name ?? "without a name");
const textOf = (error) => (error instanceof Error ? error.message : String(error?.message ?? error));
const pathOf = (id) => id.split("?")[0];
const parse = (code, options) => acorn.parse(code, { ecmaVersion: "latest", sourceType: "module", ...options });

/** How long a hook may wait, such as for a program that does not exist here: the other plugins go on without it. */
const MAX_WAIT_MS = 2_000;

async function inTime(result) {
  if (typeof result?.then !== "function") return result;
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error("it never finished")), MAX_WAIT_MS);
  });
  return Promise.race([result, late]).finally(() => clearTimeout(timer));
}

/** Runs the plugins' hooks, without those that have failed. */
class Container {
  constructor(plugins, resolved, request, host) {
    Object.assign(this, { plugins, resolved, request, host, failed: new Map(), emitted: new Map(), hooks: new Map(), characters: 0 });
    this.hooksOf = (name) => this.hooks.get(name) ?? this.hooks.set(name, hooksOf(plugins, name)).get(name);
  }

  async call({ plugin, handler }, hook, id, ...values) {
    const name = nameOf(plugin);
    if (this.failed.has(name)) return undefined;
    try {
      const result = await inTime(handler.call(this.contextOf(plugin), ...values));
      this.characters += typeof result === "string" ? result.length : (result?.code?.length ?? 0);
      if (this.characters > MAX_CHARACTERS) throw new Error("it makes more than " + MAX_CHARACTERS + " characters");
      return result;
    } catch (error) {
      this.failed.set(name, { name, hook, path: id === null ? null : pathOf(id).replace(PROJECT, ""), message: textOf(error) });
      return undefined;
    }
  }

  contextOf(plugin) {
    const refuse = (name) => () => {
      throw new Error("this." + name + " does not exist here");
    };
    return {
      ...silent,
      meta: { rollupVersion: "4.0.0", viteVersion: "7.0.0", watchMode: this.request.env.command === "serve" },
      environment: { name: "client", mode: this.request.env.command === "serve" ? "dev" : "build", config: this.resolved },
      parse,
      resolve: async (specifier, importer) => {
        const id = (await this.resolve(specifier, importer, plugin)) ?? (await this.host.find(specifier, importer ?? null));
        return id === null ? null : { id, external: false, moduleSideEffects: true, meta: {} };
      },
      emitFile: (file) => this.emit(file),
      getFileName: (reference) => reference,
      getModuleInfo: () => null,
      getModuleIds: () => [].values(),
      getWatchFiles: () => [],
      getCombinedSourcemap: () => ({ version: 3, mappings: "", sources: [], names: [] }),
      load: refuse("load"),
      setAssetSource: refuse("setAssetSource"),
    };
  }

  emit({ type, fileName, name, source }) {
    if (type !== "asset") throw new Error("this.emitFile makes assets alone here");
    if (typeof source !== "string") throw new Error("this.emitFile makes files of text alone here");
    const path = fileName ?? "assets/" + (name ?? "asset");
    this.emitted.set(path, source);
    return path;
  }

  async each(hook, id, ...values) {
    for (const one of this.hooksOf(hook)) await this.call(one, hook, id, ...values);
  }

  async resolve(specifier, importer, except) {
    for (const one of this.hooksOf("resolveId")) {
      if (one.plugin === except || !one.matchesId(specifier)) continue;
      const result = await this.call(one, "resolveId", importer, specifier, importer ?? undefined, { attributes: {}, custom: {}, isEntry: false, ssr: false });
      const id = typeof result === "string" ? result : result?.external ? null : result?.id;
      if (typeof id === "string") return id;
    }
    return null;
  }

  async load(id) {
    for (const one of this.hooksOf("load")) {
      if (!one.matchesId(id)) continue;
      const result = await this.call(one, "load", id, id, { ssr: false });
      const code = typeof result === "string" ? result : result?.code;
      if (typeof code === "string") return code;
    }
    return null;
  }

  /** Types and JSX are compiled before plugins without "enforce" get a module, if they change it at all. */
  async transform(id, given) {
    let code = given;
    let isPlain = !SCRIPT.test(id);
    for (const one of this.hooksOf("transform")) {
      if (!one.matchesId(id) || !one.matchesCode(code)) continue;
      const isEarly = isPlain || one.plugin.enforce === "pre";
      const ask = async (input) => {
        const result = await this.call(one, "transform", id, input, id, { ssr: false });
        const changed = typeof result === "string" ? result : result?.code;
        return typeof changed === "string" && changed !== input ? changed : null;
      };
      if (this.failed.has(nameOf(one.plugin))) continue;
      const first = await ask(code);
      if (isEarly || (first === null && !this.failed.has(nameOf(one.plugin)))) {
        code = first ?? code;
        continue;
      }
      const plain = await this.host.compile(pathOf(id), code);
      if (plain === null) {
        code = first ?? code;
        continue;
      }
      this.failed.delete(nameOf(one.plugin));
      const second = await ask(plain);
      if (second === null) continue;
      code = second;
      isPlain = true;
    }
    return code;
  }
}

/** A configuration as plugins see it after it was read. */
function resolvedConfig(config, request, plugins) {
  const { command, mode } = request.env;
  const root = resolve(request.folder, config.root ?? "");
  return {
    ...config, command, mode, root, plugins, base: config.base ?? "/", isProduction: mode === "production", env: { MODE: mode, ...request.values },
    publicDir: config.publicDir === false ? "" : resolve(root, config.publicDir || "public"), cacheDir: request.folder + "/node_modules/.vite", configFile: request.folder + "/vite.config.ts", assetsInclude: () => false, inlineConfig: {},
    build: { outDir: "dist", assetsDir: "assets", sourcemap: false, ssr: false, ...config.build }, server: { ...config.server },
    resolve: { alias: [], ...config.resolve }, css: { ...config.css }, optimizeDeps: { ...config.optimizeDeps }, logger: vite.createLogger(), createResolver: () => async () => undefined,
  };
}

const attributesOf = (attributes = {}) =>
  Object.entries(attributes).flatMap(([name, value]) => (value === false || value === undefined ? [] : [value === true ? " " + name : " " + name + "=" + JSON.stringify(String(value))])).join("");

function tagOf({ tag, attrs, children }) {
  const inner = Array.isArray(children) ? children.map(tagOf).join("") : (children ?? "");
  return "<" + tag + attributesOf(attrs) + ">" + (/^(meta|link|base|img)$/.test(tag) ? "" : inner + "</" + tag + ">");
}

const POINTS = { head: /<\/head>/i, "head-prepend": /(?<=<head[^>]*>)/i, body: /<\/body>/i, "body-prepend": /(?<=<body[^>]*>)/i };

function withTags(html, tags) {
  return tags.reduce((written, tag) => {
    const point = POINTS[tag.injectTo ?? "head-prepend"] ?? POINTS.head;
    const text = tagOf(tag);
    return point.test(written) ? written.replace(point, (found) => text + found) : text + written;
  }, html);
}

/** "transformIndexHtml" may also be an object whose function was called "transform" before Vite 5. */
const htmlHooks = (plugins) =>
  hooksOf(
    plugins.map((plugin) => {
      const hook = plugin.transformIndexHtml;
      return typeof hook?.transform === "function" ? { ...plugin, html: { handler: hook.transform, order: hook.enforce } } : { ...plugin, html: hook };
    }),
    "html",
  );

async function transformPage(container, { path, html }) {
  let written = html;
  for (const one of htmlHooks(container.plugins)) {
    const { root } = container.resolved;
    const filename = PROJECT + path;
    const address = filename.startsWith(root + "/") ? filename.slice(root.length) : "/" + path;
    const context = { path: address, filename, originalUrl: "/" };
    const result = await container.call(one, "transformIndexHtml", PROJECT + path, written, context);
    if (typeof result === "string") written = result;
    else if (Array.isArray(result)) written = withTags(written, result);
    else if (typeof result?.html === "string") written = withTags(result.html, result.tags ?? []);
  }
  return { path, html: written };
}

export async function run(request, host) {
  PREPARED
  globalThis.__compile = async (path, code) => (await host.compile(path, code)) ?? code;
  const module = await import("CONFIG");
  const exported = module.default ?? module;
  const written = (await (typeof exported === "function" ? exported(request.env) : exported)) ?? {};
  const { config } = await withConfigHooks(written, request.env);
  const plugins = await pluginsIn(config, request.env);
  const resolved = resolvedConfig(config, request, plugins);
  const container = new Container(plugins, resolved, request, host);
  await container.each("configResolved", null, resolved);
  await container.each("buildStart", null, { input: [], plugins });
  const changed = [];
  const made = [];
  const resolutions = [];
  const known = new Set();
  let open = [];
  for (const { path, code, isModule } of request.sources) {
    const id = PROJECT + path;
    const loaded = (await container.load(id)) ?? code;
    const result = await container.transform(id, loaded);
    if (isModule) open.push({ id, code: result });
    if (result !== code) (isModule ? changed : made).push(isModule ? { path, code: result } : { id, code: result });
  }
  while (open.length > 0) {
    const next = [];
    const imports = await host.imports(open);
    for (const [index, { id: importer }] of open.entries()) {
      for (const { specifier, id: found } of imports[index]) {
        const id = (await container.resolve(specifier, importer)) ?? null;
        if (id !== null) resolutions.push({ importer, specifier, id });
        const meant = id ?? (found !== null && found.includes("?") ? found : null);
        if (meant === null || known.has(meant)) continue;
        known.add(meant);
        if (known.size > MAX_MODULES) throw new Error("its plugins make more than " + MAX_MODULES + " modules");
        const isFile = meant.startsWith(PROJECT);
        if (isFile && !meant.includes("?") && request.sources.some(({ path }) => PROJECT + path === meant)) continue;
        const loaded = await container.load(meant);
        if (loaded === null && QUERY_OF_VITE.test(meant)) continue;
        const text = loaded ?? (isFile ? await host.read(pathOf(meant)) : null);
        if (text === null) continue;
        const result = await container.transform(meant, text);
        if (loaded === null && result === text) continue;
        if (id === null) resolutions.push({ importer, specifier, id: meant });
        made.push({ id: meant, code: result });
        next.push({ id: meant, code: result });
      }
    }
    open = next;
  }
  const pages = [];
  for (const page of request.pages) pages.push(await transformPage(container, page));
  await container.each("buildEnd", null);
  const { plugins: _, worker, test, ...read } = config;
  const settings = serialize(read);
  return { settings, changed, made, resolutions, pages, emitted: [...container.emitted].map(([path, source]) => ({ path, source })), failed: [...container.failed.values()] };
}
`;
