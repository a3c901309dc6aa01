import { asList, asObject, asString, asStrings, type Data } from "../vite/config-data.ts";
import type { Plugin } from "../vite/index.ts";
import { closingIndex, tokensOf } from "../vite/tokens.ts";
import { normalize } from "./paths.ts";
import type { SourceFiles } from "./source-files.ts";
import { parseYaml } from "./yaml.ts";

/** Pages below a folder: the address of the folder, and how a plugin names routes. */
type Pages = {
  folder: string;
  base: string;
  /** Of page components, such as `vue` and `md`. */
  extensions: string[];
  kind: "unplugin-vue-router" | "vite-plugin-pages";
};

/** Generated source by name, and page components without their macros by path. */
export type FileRoutes = { modules: Map<string, string>; pages: Map<string, string> };

const VUE_ROUTER = /^(unplugin-vue-router|vue-router)\/vite$/;
const VITE_PAGES = "vite-plugin-pages";

/** Generates the routes that a project's plugins make of its page components; null without such a plugin. */
export function fileRoutes(plugins: readonly Plugin[], files: SourceFiles): FileRoutes | null {
  const sources = plugins.flatMap(pagesOf);
  const kind = sources[0]?.kind;
  if (kind === undefined) return null;
  const pages = new Map<string, string>();
  const root = newNode();
  for (const { folder, base, extensions } of sources) {
    for (const path of [...files.keys()].sort()) {
      const content = files.get(path);
      const extension = extensions.find((one) => path.endsWith(`.${one}`));
      if (!path.startsWith(`${folder}/`) || extension === undefined || typeof content !== "string") continue;
      const { code, page } = withoutMacro(content);
      if (code !== content) pages.set(path, code);
      const within = path.slice(folder.length + 1, -extension.length - 1);
      const segments = [...base.split("/"), ...within.split("/")].filter((segment) => segment !== "");
      enter(root, segments, { path, page, block: routeBlock(content) });
    }
  }
  const routes = `export const routes = [\n${routesOf(root, { prefix: "/", names: [], kind }).join(",\n")}\n];\n`;
  const module = `${routes}export const handleHotUpdate = () => {};\nexport default routes;\n`;
  const modules =
    kind === VITE_PAGES
      ? new Map([
          ["virtual:generated-pages", module],
          ["~pages", module],
        ])
      : new Map([
          ["vue-router/auto-routes", module],
          ["vue-router/auto", AUTO_ROUTER],
        ]);
  return { modules, pages };
}

/** Earlier versions of unplugin-vue-router gave their routes to every router. */
const AUTO_ROUTER = `export * from "vue-router";
import { createRouter as create } from "vue-router";
import { routes as generated } from "vue-router/auto-routes";
export const createRouter = ({ extendRoutes, routes = generated, ...options }) =>
  create({ ...options, routes: extendRoutes?.(routes) ?? routes });
`;

function pagesOf({ name, options }: Plugin): Pages[] {
  const given = asObject(options as Data) ?? {};
  const folderIn = (one: Data, key: string): string | null => asString(one) ?? asString(asObject(one)?.[key]);
  const named = asStrings(given.extensions).map((extension) => extension.replace(/^\./, ""));
  const extensions = ["vue", ...named.filter((extension) => extension === "md")];
  const pages = (kind: Pages["kind"], listed: Data | undefined, key: string, baseKey: string): Pages[] =>
    (asList(listed).length === 0 ? ["src/pages"] : asList(listed)).flatMap((one) => {
      const folder = folderIn(one, key);
      if (folder === null) return [];
      const base = asString(asObject(one)?.[baseKey]) ?? "";
      return [{ kind, extensions, folder: normalize(folder.replace(/^\/project\//, "").replace(/\/\*.*$/, "")), base }];
    });
  if (VUE_ROUTER.test(name)) return pages("unplugin-vue-router", given.routesFolder, "src", "path");
  if (name === VITE_PAGES) return pages("vite-plugin-pages", given.dirs ?? given.pagesDir, "dir", "baseRoute");
  return [];
}

type Page = { path: string; page: string | null; block: unknown };
type Node = { file: Page | null; children: Map<string, Node> };

const newNode = (): Node => ({ file: null, children: new Map() });

function enter(root: Node, segments: string[], file: Page): void {
  let node = root;
  for (const segment of segments) {
    const next = node.children.get(segment) ?? newNode();
    node.children.set(segment, next);
    node = next;
  }
  node.file = file;
}

type Place = { prefix: string; names: string[]; kind: Pages["kind"] };

/** A component with a folder of its name is the parent of the folder's; other folders only add to an address. */
function routesOf(node: Node, place: Place): string[] {
  return [...node.children].flatMap(([segment, child]) => {
    const part = addressOf(segment, place.kind);
    const names = [...place.names, segment];
    const path = part === "" ? place.prefix.replace(/(.)\/$/, "$1") : place.prefix + part;
    if (child.file === null) return routesOfFolder(child, path, { ...place, names });
    const children = child.children.size === 0 ? [] : routesOf(child, { ...place, prefix: "", names });
    return [routeOf(child.file, path, nameOf(names, place.kind), children)];
  });
}

/** unplugin-vue-router groups the pages of a folder below a route without a component. */
function routesOfFolder(node: Node, path: string, place: Place): string[] {
  if (place.kind === VITE_PAGES) return routesOf(node, { ...place, prefix: path.endsWith("/") ? path : `${path}/` });
  return [`  { path: ${JSON.stringify(path)}, children: [${routesOf(node, { ...place, prefix: "" }).join(", ")}] }`];
}

function routeOf({ path: file, page, block }: Page, path: string, name: string, children: string[]): string {
  const known = asObject(block as Data) === null ? {} : (block as object);
  const data = JSON.stringify({ path, name, ...known }).slice(0, -1);
  const nested = children.length === 0 ? "" : `, children: [${children.join(", ")}]`;
  const own = page === null ? "" : `, ...(${page})`;
  return `  ${data}, component: () => import(${JSON.stringify(`/${file}`)})${nested}${own} }`;
}

function addressOf(segment: string, kind: Pages["kind"]): string {
  if (segment === "index" || /^\(.*\)$/.test(segment)) return "";
  const rest = kind === VITE_PAGES ? "(.*)*" : "(.*)";
  // unplugin-vue-router reads `users.new.vue` as the address `users/new`, outside of the component `users.vue`.
  const address = kind === VITE_PAGES || segment.includes("[") ? segment : segment.replaceAll(".", "/");
  return address
    .replace(/\[\.\.\.(\w*)\]/g, (_, name: string) => `:${name === "" ? "path" : name}${rest}`)
    .replace(/\[\[(\w+)\]\](\+?)/g, (_, name: string, more: string) => `:${name}${more === "" ? "?" : "*"}`)
    .replace(/\[(\w+)\]/g, ":$1");
}

/** `/users/[id]` in unplugin-vue-router, `users-id` in vite-plugin-pages. */
function nameOf(names: string[], kind: Pages["kind"]): string {
  if (kind === "unplugin-vue-router") return `/${names.join("/")}`.replace(/(^|\/)index$/, "$1");
  const parts = names.map((name) => name.replace(/\[|\]|\.\.\./g, "").toLowerCase());
  return parts.length > 1 && parts.at(-1) === "index" ? parts.slice(0, -1).join("-") : parts.join("-");
}

/** `<route>` has YAML, JSON or JSON5, all of which YAML can read. */
function routeBlock(component: string): unknown {
  const text = /^<route\b[^>]*>([\s\S]*?)<\/route>/m.exec(component)?.[1];
  try {
    return text === undefined ? null : parseYaml(text);
  } catch {
    // Vue's compiler skips the block, so that a page with a broken one has the route of its file.
    return null;
  }
}

/** Takes the macro `definePage` out of a component, and returns its argument as source. */
function withoutMacro(component: string): { code: string; page: string | null } {
  const start = component.search(/\bdefinePage\s*\(/);
  if (start < 0) return { code: component, page: null };
  const rest = component.slice(start);
  const tokens = tokensOf(rest, "page.ts");
  const end = tokens[closingIndex(tokens, 1)];
  if (end === undefined) return { code: component, page: null };
  const call = rest.slice(0, end.end);
  const page = rest.slice(tokens[1]?.end ?? 0, end.start).trim();
  const blank = call.replace(/[^\n]/g, "");
  return {
    code: component.slice(0, start) + blank + component.slice(start + call.length),
    page: page === "" ? null : page,
  };
}

/** The folders of layout components, for {@link layoutsModule}. */
function layoutsIn(options: Data): { folders: string[]; fallback: string } {
  const given = asObject(options) ?? {};
  const dirs = asStrings(given.layoutsDirs ?? given.layoutsDir ?? null);
  const folders = (dirs.length === 0 ? ["src/layouts"] : dirs).map((dir) =>
    normalize(dir.replace(/^\/project\//, "").replace(/\/\*.*$/, "")),
  );
  return { folders, fallback: asString(given.defaultLayout) ?? "default" };
}

/** Generates `virtual:generated-layouts`, which puts routes into layouts by their `meta.layout`; null without its plugin. */
export function layoutsModule(plugins: readonly Plugin[], files: SourceFiles): string | null {
  const plugin = plugins.find(({ name }) => /^vite-plugin-vue-layouts(-next)?$/.test(name));
  if (plugin === undefined) return null;
  const { folders, fallback } = layoutsIn(plugin.options as Data);
  const layouts = folders.flatMap((folder) =>
    [...files.keys()]
      .filter((path) => path.startsWith(`${folder}/`) && path.endsWith(".vue"))
      .map((path) => ({ name: path.slice(folder.length + 1, -".vue".length), path })),
  );
  const entries = layouts.map(
    ({ name, path }) => `${JSON.stringify(name)}: () => import(${JSON.stringify(`/${path}`)})`,
  );
  return `const layouts = { ${entries.join(", ")} };
const inLayout = (route, name) => ({
  path: route.path,
  component: layouts[name],
  children: route.path === "/" ? [route] : [{ ...route, path: "" }],
  meta: { isLayout: true },
});
const withLayout = (route, isTop) => {
  const own = route.children?.length > 0 ? { ...route, children: route.children.map((child) => withLayout(child, false)) } : route;
  const layout = own.meta?.layout;
  if (isTop && layout !== false) return inLayout(own, layout || ${JSON.stringify(fallback)});
  return layout ? inLayout(own, layout) : own;
};
export const setupLayouts = (routes) => routes.map((route) => withLayout(route, true));
`;
}
