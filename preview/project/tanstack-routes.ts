import { parse } from "jsonc-parser";
import { asObject, asString, type Data } from "../vite/config-data.ts";
import type { Plugin } from "../vite/index.ts";
import { normalize } from "./paths.ts";
import { readText, type SourceFiles } from "./source-files.ts";

const PLUGIN = /^@tanstack\/(router-plugin\/vite|router-vite-plugin)$/;
const ROUTERS = ["@tanstack/react-router", "@tanstack/solid-router", "@tanstack/vue-router"];
const SCRIPT = /\.(tsx?|jsx?)$/;

type Options = { folder: string; output: string; ignored: string };
/** A route by its segments below the root: its file, and that of the part which loads when it is shown. */
type Route = { segments: string[]; isIndex: boolean; file: string | null; lazy: string | null };

/**
 * Generates the tree of TanStack Router's file routes where no file has it, or where the file that has it lacks some of them.
 * @returns the module by its path; empty for other projects and for routes that a configuration lists
 */
export function tanstackRoutes(
  plugins: readonly Plugin[],
  files: SourceFiles,
  versionOf: (name: string) => string | null,
): Map<string, string> {
  const router = ROUTERS.find((name) => versionOf(name) !== null);
  const options = optionsOf(plugins, files);
  const root = router === undefined ? undefined : rootFile(options, files);
  if (router === undefined || options === null || root === undefined) return new Map();
  const routes = routesIn(options, files);
  const written = readText(files, options.output);
  const names = [...routes.values()].flatMap(({ file, lazy }) => [file, lazy]).filter((one) => one !== null);
  const isWhole =
    written !== null &&
    names.every(
      (file) => written.includes(`'${importOf(file, options)}'`) || written.includes(`"${importOf(file, options)}"`),
    );
  return isWhole ? new Map() : new Map([[options.output, moduleOf([...routes.values()], { options, root, router })]]);
}

/** The options of the plugin or of tsr.config.json; null where the project generates no routes of files. */
function optionsOf(plugins: readonly Plugin[], files: SourceFiles): Options | null {
  const plugin = plugins.find(({ name }) => PLUGIN.test(name));
  const config = readText(files, "tsr.config.json");
  if (plugin === undefined && config === null) return null;
  const given = { ...asObject(parse(config ?? "{}") as Data), ...asObject(plugin?.options as Data) };
  if (given.virtualRouteConfig !== undefined) return null;
  const path = (name: string, usual: string): string =>
    normalize((asString(given[name]) ?? usual).replace(/^\/project\//, ""));
  return {
    folder: path("routesDirectory", "src/routes"),
    output: path("generatedRouteTree", "src/routeTree.gen.ts"),
    ignored: asString(given.routeFileIgnorePrefix) ?? "-",
  };
}

const rootFile = (options: Options | null, files: SourceFiles): string | undefined =>
  ["tsx", "ts", "jsx", "js"].map((one) => `${options?.folder}/__root.${one}`).find((path) => files.has(path));

function routesIn({ folder, ignored }: Options, files: SourceFiles): Map<string, Route> {
  const routes = new Map<string, Route>();
  for (const path of [...files.keys()].sort()) {
    if (!path.startsWith(`${folder}/`) || !SCRIPT.test(path) || /\.(d|test|spec)\.\w+$/.test(path)) continue;
    const within = path.slice(folder.length + 1).replace(SCRIPT, "");
    if (within === "__root" || within.split("/").some((part) => part.startsWith(ignored))) continue;
    // A dot separates segments, but for one in brackets.
    const segments = within.split(/\/|\.(?!\])/).filter((part) => part !== "");
    const isLazy = segments.at(-1) === "lazy" && segments.length > 1;
    if (isLazy) segments.pop();
    const last = segments.at(-1);
    const isIndex = last === "index";
    if (isIndex || last === "route") segments.pop();
    const key = `${segments.join("/")}${isIndex ? "/" : ""}`;
    const route = routes.get(key) ?? { segments, isIndex, file: null, lazy: null };
    routes.set(key, isLazy ? { ...route, lazy: path } : { ...route, file: path });
  }
  return routes;
}

const importOf = (file: string, { output }: Options): string => {
  const from = output.split("/").slice(0, -1);
  const to = file.replace(SCRIPT, "").split("/");
  let shared = 0;
  while (shared < from.length && from[shared] === to[shared]) shared += 1;
  const up = from.slice(shared).map(() => "..");
  return `${up.length === 0 ? "." : up.join("/")}/${to.slice(shared).join("/")}`;
};

type Writing = { options: Options; root: string; router: string };

function moduleOf(routes: Route[], { options, root, router }: Writing): string {
  const names = new Map(routes.map((route, index) => [route, `Route${index}`]));
  const parents = new Map(routes.map((route) => [route, parentOf(route, routes)]));
  const lines = [
    `import { Route as rootRoute } from "${importOf(root, options)}";`,
    `import { createFileRoute } from "${router}";`,
    ...routes.flatMap((route) =>
      route.file === null
        ? []
        : [`import { Route as ${names.get(route)}Import } from "${importOf(route.file, options)}";`],
    ),
  ];
  for (const route of routes) {
    const parent = parents.get(route) ?? null;
    const own = route.segments.slice(parent?.segments.length ?? 0);
    const id = `/${own.join("/")}${route.isIndex && own.length > 0 ? "/" : ""}`;
    const path = pathOf(own, route.isIndex);
    const name = names.get(route);
    const made = route.file === null ? `createFileRoute(${JSON.stringify(fullId(route))})()` : `${name}Import`;
    const settings = [
      `id: ${JSON.stringify(id)}`,
      ...(path === null ? [] : [`path: ${JSON.stringify(path)}`]),
      `getParentRoute: () => ${parent === null ? "rootRoute" : names.get(parent)}`,
    ];
    const lazy =
      route.lazy === null ? "" : `.lazy(() => import("${importOf(route.lazy, options)}").then((one) => one.Route))`;
    lines.push(`const ${name} = ${made}.update({ ${settings.join(", ")} } as any)${lazy};`);
  }
  const childrenOf = (parent: Route | null): string =>
    routes
      .flatMap((route) => {
        if ((parents.get(route) ?? null) !== parent) return [];
        const below = childrenOf(route);
        return [below === "" ? `${names.get(route)}` : `${names.get(route)}.addChildren([${below}])`];
      })
      .join(", ");
  lines.push(`export const routeTree = (rootRoute as any).addChildren([${childrenOf(null)}]);`);
  return `${lines.join("\n")}\n`;
}

/** The route with the longest beginning of a route's segments; null for the root. */
function parentOf({ segments, isIndex }: Route, routes: Route[]): Route | null {
  const above = routes.filter(
    (one) =>
      !one.isIndex &&
      one.segments.length < segments.length + (isIndex ? 1 : 0) &&
      one.segments.every((segment, index) => segment === segments[index]),
  );
  return above.sort((one, other) => other.segments.length - one.segments.length)[0] ?? null;
}

const fullId = ({ segments, isIndex }: Route): string =>
  `/${segments.join("/")}${isIndex && segments.length > 0 ? "/" : ""}`;

/** The part of the address: without groups and layouts, which have none, and marks of routes that are not nested. */
function pathOf(segments: string[], isIndex: boolean): string | null {
  const parts = segments
    .filter((segment) => !/^\(.*\)$/.test(segment) && !segment.startsWith("_"))
    .map((segment) => segment.replace(/_$/, "").replace(/\[(.+?)\]/g, "$1"));
  if (isIndex) return parts.length === 0 ? "/" : `/${parts.join("/")}/`;
  return parts.length === 0 ? null : `/${parts.join("/")}`;
}
